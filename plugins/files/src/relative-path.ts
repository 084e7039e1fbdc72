import { ToolError } from '@toolgate/plugin'

/** JSON Schema of a path argument. */
export const pathSchema = {
  type: 'string',
  description: 'Relative to the root, with "/" between names',
  minLength: 1,
  maxLength: 1_024,
} as const

/**
 * The names of a relative path, from the root down; none for `.`, the root itself.
 *
 * Does NOT check what is on the disk: a name may still be a link that leads out.
 *
 * @throws ToolError for an absolute path, a `..`, a backslash or the character U+0000
 */
export function parseRelativePath(path: string): readonly string[] {
  if (path.startsWith('/')) throw new ToolError('Give a path relative to the root, without a leading "/".')
  if (/[\0\\]/u.test(path) || !path.isWellFormed()) {
    throw new ToolError('The path holds a character that is not allowed.')
  }
  const names = path.split('/').filter((name) => name !== '' && name !== '.')
  if (names.includes('..')) throw new ToolError('A path cannot hold "..": every path begins at the root.')
  return names
}
