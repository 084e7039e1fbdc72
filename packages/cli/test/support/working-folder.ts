import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { workingFolderFiles } from '../../src/templates/working-folder-files.ts'
import { workingFolderManifest, writeManifest } from '../../src/templates/working-folder-manifest.ts'
import { writeNewFiles } from '../../src/write-new-files.ts'
import { freePort } from '../../../../test/support/free-port.ts'
import { runToolgate, startToolgate, type Finished } from './run-toolgate.ts'
import { temporaryFolder } from './temporary-folder.ts'

const modules = join(import.meta.dirname, '..', '..', '..', '..', 'node_modules')

/** A folder as `toolgate init` makes it, with everything installed, and a port of its own. */
export interface WorkingFolder extends AsyncDisposable {
  readonly path: string
  readonly url: string
  run(args: readonly string[], input?: string, environment?: Readonly<Record<string, string>>): Promise<Finished>
  start(...args: string[]): ReturnType<typeof startToolgate>
}

/** A host that a working folder runs. */
export interface ServedHost extends AsyncDisposable {
  /** What the start printed with `--json`. */
  readonly report: unknown
  stop(): Promise<number | null>
}

/** Makes a working folder. */
export async function workingFolder(): Promise<WorkingFolder> {
  const folder = await temporaryFolder()
  // What `toolgate init` writes, without a process of its own each time: init.test.ts runs the command.
  await writeNewFiles(folder.path, workingFolderFiles())
  await writeManifest(folder.path, await workingFolderManifest(folder.path))
  await symlink(modules, join(folder.path, 'node_modules'))
  const port = await freePort()
  const base = { PORT: String(port) }
  return {
    path: folder.path,
    url: `http://127.0.0.1:${String(port)}/mcp`,
    run: (args, input = '', environment = {}) =>
      runToolgate(args, { folder: folder.path, input, environment: { ...base, ...environment } }),
    start: (...args) => startToolgate(args, { folder: folder.path, environment: base }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

/** Starts `toolgate serve --json` and waits until it listens. */
export async function serve(folder: WorkingFolder, mode = 'serve', ...options: readonly string[]): Promise<ServedHost> {
  const child = folder.start(mode, '--json', ...options)
  let log = ''
  child.stderr.on('data', (part) => (log += String(part)))
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    child.once('close', () => {
      reject(new Error(`the host did not start: ${log}`))
    })
  })
  const stop = () => {
    child.kill('SIGTERM')
    return exit
  }
  return {
    report: JSON.parse(line),
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop()
    },
  }
}
