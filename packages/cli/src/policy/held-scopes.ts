import { parseScopes } from '../parse-scopes.ts'

/**
 * Scopes of a caller who is asked about; none is a caller too.
 *
 * @throws CliError `usage` for characters that no scope may have
 */
export function heldScopes(text: string): readonly string[] {
  return text.trim() === '' ? [] : parseScopes(text)
}
