/** Asks for a name. */
export function nameQuestion(key: string) {
  return {
    key,
    message: 'What is your name?',
    schema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
  } as const
}

/** Asks for a yes or a no. */
export function yesQuestion(key: string) {
  return {
    key,
    message: 'Shall it go on?',
    schema: { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] },
  } as const
}
