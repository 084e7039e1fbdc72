import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, realpath, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

const repository = resolve(import.meta.dirname, '../..')

/** The folders of workspaces, and where `npm ci` links what they hold: the links of a copy lead into the copy. */
const workspaces = { packages: '@toolgate', plugins: '@toolgate-plugins' } as const

/**
 * Copies what a clone of the repository would hold, new files included, into a new folder below the temporary one. What
 * `npm ci` would install is linked, and the workspaces among it are those of the copy.
 */
export async function copyRepository(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'toolgate-clone-')))
  const { stdout } = await promisify(execFile)(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'],
    { cwd: repository, maxBuffer: 16 * 1024 * 1024 },
  )
  for (const file of stdout.split('\0').filter(Boolean)) await copyTo(folder, file)
  await linkModules(folder)
  return folder
}

async function copyTo(folder: string, file: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true })
  // A file that was removed and not yet committed is in the list all the same.
  await copyFile(join(repository, file), join(folder, file)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  })
}

async function linkModules(folder: string): Promise<void> {
  const from = join(repository, 'node_modules')
  const to = join(folder, 'node_modules')
  await mkdir(join(to, '.bin'), { recursive: true })
  const own: readonly string[] = ['.bin', ...Object.values(workspaces)]
  for (const name of await readdir(from)) {
    if (!own.includes(name)) await symlink(join(from, name), join(to, name))
  }
  for (const name of await readdir(join(from, '.bin'))) {
    const target = name === 'toolgate' ? '../@toolgate/cli/bin/toolgate.mjs' : join(from, '.bin', name)
    await symlink(target, join(to, '.bin', name))
  }
  for (const [place, scope] of Object.entries(workspaces)) {
    await mkdir(join(to, scope))
    for (const name of await readdir(join(from, scope))) {
      await symlink(join('../..', place, name), join(to, scope, name))
      const modules = join(repository, place, name, 'node_modules')
      if (existsSync(modules)) await symlink(modules, join(folder, place, name, 'node_modules'))
    }
  }
}
