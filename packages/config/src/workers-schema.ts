/** Processes that serve one port. */
export const workersSchema = {
  type: ['integer', 'string'],
  default: 1,
  description:
    "Processes that `serve` runs on the one port: a number from 1 to 64, or `'auto'` for as many as the machine runs at once. With more than one, what cannot be shared between processes keeps the host from starting. `dev` and `stdio` always run one.",
  allOf: [
    { if: { type: 'integer' }, then: { minimum: 1, maximum: 64 } },
    { if: { type: 'string' }, then: { const: 'auto' } },
  ],
} as const

/** The most processes that serve one port. */
export const mostWorkers = 64
