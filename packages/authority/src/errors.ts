/** Why the authority refused. Stable, for programs; the message is for people. */
export type AuthorityErrorCode =
  | 'data_folder_unusable'
  | 'keys_unreadable'
  | 'database_newer'
  | 'issuer_invalid'
  | 'user_exists'
  | 'user_unknown'
  | 'user_name_invalid'
  | 'password_invalid'
  | 'scopes_invalid'
  | 'scopes_not_allowed'
  | 'lifetime_invalid'
  | 'key_required'

/** A refusal of the authority's own API. Its message never holds a password, a key or a token. */
export class AuthorityError extends Error {
  override readonly name = 'AuthorityError'
  readonly code: AuthorityErrorCode
  /** What to do about it, in one sentence. */
  readonly mend: string

  constructor(code: AuthorityErrorCode, message: string, mend: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
    this.mend = mend
  }
}
