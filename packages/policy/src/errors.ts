/** What can be wrong with a policy when it is created. */
export type PolicyErrorCode =
  | 'implication-cycle'
  | 'duplicate-tool'
  | 'no-alternative'
  | 'too-many-initial-scopes'
  | 'concealed-initial-scope'
  | 'not-allowed'

/** A policy that cannot be in force, or a call that ran without having been allowed. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError'
  readonly code: PolicyErrorCode
  constructor(code: PolicyErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
