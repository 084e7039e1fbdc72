/** Who gets a session. */
export const sessionsSchema = {
  enum: ['auto', 'off'],
  default: 'auto',
  description:
    '`auto`: a client of a revision before 2026-07-28 that can be asked something (elicitation, sampling, roots) gets a session when it connects; all others are served without. `off`: nobody gets one, and tools cannot ask such clients.',
} as const
