/** There is no plugins folder to load from. `hint` says what to do. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError'
  readonly code: 'folder_missing' | 'folder_empty' | 'folder_unreadable'
  readonly hint: string

  constructor(code: RegistryError['code'], message: string, hint: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.hint = hint
  }
}

/** A step of loading took longer than it may. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError'
  readonly code = 'time_limit'
  readonly milliseconds: number

  constructor(milliseconds: number) {
    super(`not done after ${String(milliseconds)} ms`)
    this.milliseconds = milliseconds
  }
}

/** Checking one value against a schema follows more references than it may. */
export class ValidationBudgetError extends Error {
  override readonly name = 'ValidationBudgetError'
  readonly code = 'validation_budget'
}

/** A value that JSON cannot carry, nests too deep, or has a key that would change a prototype. */
export class NotJsonError extends Error {
  override readonly name = 'NotJsonError'
  readonly code = 'not_json'
  /** JSON Pointer of the place. */
  readonly pointer: string

  constructor(pointer: string, message: string) {
    super(message)
    this.pointer = pointer
  }
}
