import { ToolError } from '@toolgate/plugin'

const sentences: Readonly<Record<string, string>> = {
  EACCES: 'The host may not open this.',
  EDQUOT: 'There is no space left.',
  EISDIR: 'This is a folder, not a file.',
  ELOOP: 'This is a link, which is not followed.',
  ENAMETOOLONG: 'The name is too long.',
  ENOENT: 'There is no such file or folder.',
  ENOSPC: 'There is no space left.',
  ENOTDIR: 'This is not a folder.',
  ENXIO: 'This is not a regular file.',
  EPERM: 'The host may not do this.',
  EROFS: 'The folder is read-only.',
}

/** `code` of a system error, such as `ENOENT`. */
export const systemCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** The refusal of everything that is outside the root. */
export const leadsOut = (): ToolError => new ToolError('The path leads out of the root folder.')

/**
 * Runs a piece of file work and turns the system's errors into words for the model: what is wrong, never the absolute
 * path that the system's own message holds.
 *
 * @throws ToolError for the system errors that a caller can mend; anything else as it came
 */
export async function speakingFileErrors<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run()
  } catch (error) {
    const sentence = sentences[systemCode(error) ?? '']
    if (sentence === undefined) throw error
    throw new ToolError(sentence, { cause: error })
  }
}
