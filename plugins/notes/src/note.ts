/** A note as callers see it. */
export interface Note {
  readonly id: string
  readonly title: string
  readonly body: string
  /** RFC 3339, UTC, with milliseconds. */
  readonly createdAt: string
  /** Lists show it without its body, searches leave it out. */
  readonly private: boolean
}

/** JSON Schema of a {@link Note}. */
export const noteSchema = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    title: { type: 'string' },
    body: { type: 'string' },
    createdAt: { type: 'string', format: 'date-time' },
    private: { type: 'boolean' },
  },
  required: ['id', 'title', 'body', 'createdAt', 'private'],
  additionalProperties: false,
} as const

/** JSON Schema of one page of notes. */
export const notePageSchema = {
  type: 'object',
  properties: {
    notes: { type: 'array', items: noteSchema },
    nextCursor: { type: 'string', description: 'Give it as `cursor` for the next page; absent on the last one' },
  },
  required: ['notes'],
  additionalProperties: false,
} as const

/** The paging arguments that listing and searching share. 25 notes of full length fit the host's result limit. */
export const pagingProperties = {
  limit: { type: 'integer', description: 'Notes per page', minimum: 1, maximum: 25, default: 10 },
  cursor: { type: 'string', description: '`nextCursor` of the page before', pattern: '^[0-9]{1,15}$' },
} as const
