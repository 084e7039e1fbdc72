const wholeNumber = (description: string, minimum: number, maximum: number): object => ({
  type: 'integer',
  minimum,
  maximum,
  description,
})

/** When a new file of the audit begins; by size, by day, or both. */
export const rotateSchema = {
  type: 'object',
  additionalProperties: false,
  // One of them at least: rotation that is never due would be taken for one that works.
  if: { not: { required: ['daily'] } },
  then: { required: ['bytes'], description: 'Rotation needs bytes, or daily: true.' },
  description: 'When the file is put aside as `audit-<time>.ndjson` and a new one begins. Never, without it.',
  properties: {
    bytes: wholeNumber('Before the next record, once it has so many bytes. Needed without `daily`.', 16_384, 2 ** 40),
    daily: { const: true, description: 'Before the first record of another day, in UTC.' },
    keep: wholeNumber(
      'Of the files that rotation put aside so many stay, the newest; each removal is recorded. Without it all of them stay.',
      1,
      100_000,
    ),
  },
} as const
