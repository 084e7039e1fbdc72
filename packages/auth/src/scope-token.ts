const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** Whether a value is one scope: printable ASCII without space, `"` and `\` (RFC 6749 section 3.3, scope-token). */
export function isScopeToken(value: unknown): value is string {
  return typeof value === 'string' && SCOPE_TOKEN.test(value)
}
