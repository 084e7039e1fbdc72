/** Whose a note is. A subject is unique within its issuer alone, so both together are the key. */
export interface Owner {
  readonly issuer: string
  readonly subject: string
}
