import { mkdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CliError } from './errors.ts'

/**
 * Writes files that do not exist yet, all of them or none.
 *
 * @param folder what the paths are relative to; it is made if it is missing
 * @param files text by path
 * @throws CliError `fault` that names what is there already
 */
export async function writeNewFiles(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  const present: string[] = []
  for (const path of files.keys()) if (await exists(join(folder, path))) present.push(path)
  if (present.length > 0) {
    const verb = present.length === 1 ? 'is' : 'are'
    throw new CliError(
      'fault',
      `${present.join(', ')} ${verb} in ${folder} already`,
      'Choose another name or folder: nothing is overwritten.',
    )
  }
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text, { flag: 'wx' })
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
