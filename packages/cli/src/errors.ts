/** Whether the user typed something wrong (exit code 2) or something else is at fault (exit code 1). */
export type CliErrorCode = 'usage' | 'fault'

/** A failure that ends the command with one line per cause: `toolgate: cause. Mend.` */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly code: CliErrorCode
  /** What to do about it, a sentence; empty if the message says it. */
  readonly mend: string
  constructor(code: CliErrorCode, message: string, mend = '', options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.mend = mend
  }
}

/** The command failed and has printed why: only the exit code is left to set. */
export class ReportedFault extends Error {
  override readonly name = 'ReportedFault'
}
