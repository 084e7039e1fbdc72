import { CliError } from './errors.ts'

/** One scope token (RFC 6749 section 3.3). */
const scopeToken = /^[\x21\x23-\x5B\x5D-\x7E]+$/

/**
 * Reads scopes as people type them: separated by spaces or commas.
 *
 * @throws CliError `usage` for none, or for characters that no scope may have
 */
export function parseScopes(text: string): readonly string[] {
  const scopes = [...new Set(text.split(/[\s,]+/).filter((scope) => scope !== ''))]
  const bad = scopes.find((scope) => !scopeToken.test(scope))
  if (bad !== undefined) {
    throw new CliError('usage', `${JSON.stringify(bad)} cannot be a scope`, "Write --scopes 'notes:read notes:write'.")
  }
  if (scopes.length === 0) throw new CliError('usage', 'no scope is named', "Write --scopes 'notes:read notes:write'.")
  return scopes
}
