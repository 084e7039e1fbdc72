import { readFile, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { CliError } from '../errors.ts'
import { version } from '../version.ts'

type Manifest = Record<string, unknown>

const wanted = {
  private: true,
  type: 'module',
  workspaces: ['plugins/*'],
  scripts: {
    // npm signals its shell alone; where the shell knows exec, the host takes its place and hears it.
    start: 'exec toolgate serve || toolgate serve',
    dev: 'exec toolgate dev || toolgate dev',
    check: 'toolgate check',
    test: 'node --test "plugins/*/test/*.test.ts"',
  },
  dependencies: {
    '@toolgate/cli': `^${version}`,
    '@toolgate/config': `^${version}`,
    '@toolgate/plugin': `^${version}`,
  },
  optionalDependencies: { node: '^24.0.0' },
  allowScripts: { node: true },
}

/**
 * The `package.json` of a working folder: a new one, or what is there with what the host needs added. A value that is
 * there stays.
 *
 * @returns its text
 * @throws CliError `fault` if the one that is there cannot be read, or says `"type": "commonjs"`
 */
export async function workingFolderManifest(folder: string): Promise<string> {
  const present = await readManifest(join(folder, 'package.json'))
  const name = basename(resolve(folder))
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+/, '')
  const manifest: Manifest = { ...(present ?? { name: name === '' ? 'my-tools' : name }) }
  if (manifest['type'] === 'commonjs') {
    throw new CliError(
      'fault',
      `package.json in ${folder} says "type": "commonjs", and the configuration is an ES module`,
      'Set it to "module", or begin in an empty folder.',
    )
  }
  for (const [key, value] of Object.entries(wanted)) manifest[key] = completed(manifest[key], value)
  return `${JSON.stringify(manifest, undefined, 2)}\n`
}

/** Writes what {@link workingFolderManifest} made. */
export async function writeManifest(folder: string, text: string): Promise<void> {
  await writeFile(join(folder, 'package.json'), text)
}

function completed(present: unknown, value: unknown): unknown {
  if (present === undefined) return value
  if (!isPlainObject(present) || !isPlainObject(value)) return present
  return { ...value, ...present }
}

async function readManifest(file: string): Promise<Manifest | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  try {
    const manifest: unknown = JSON.parse(text)
    if (isPlainObject(manifest)) return manifest
  } catch {
    // The message below says it: not an object is as bad as not JSON.
  }
  throw new CliError('fault', `${file} is not a JSON object`, 'Mend or remove it.')
}

function isPlainObject(value: unknown): value is Manifest {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
