import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/** The command's own file. */
export const bin = join(import.meta.dirname, '..', '..', 'bin', 'toolgate.mjs')

/** What a finished command left. */
export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Where and how to run a command. */
export interface RunOptions {
  readonly folder: string
  readonly environment?: Readonly<Record<string, string>>
  readonly input?: string
}

/** Starts the real command as a process of its own. */
export function startToolgate(args: readonly string[], options: RunOptions): ChildProcessWithoutNullStreams {
  const { PATH, HOME, NODE_OPTIONS, NODE_V8_COVERAGE } = process.env
  const kept = { PATH, HOME, NODE_OPTIONS, NODE_V8_COVERAGE, NODE_NO_WARNINGS: '1' }
  return spawn(process.execPath, [bin, ...args], {
    cwd: options.folder,
    env: { ...kept, XDG_CONFIG_HOME: join(options.folder, '.config'), ...options.environment },
  })
}

/** Waits for a command to end. */
export async function finished(child: ChildProcessWithoutNullStreams): Promise<Finished> {
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { code, stdout, stderr }
}

/** Runs the real command to its end. */
export async function runToolgate(args: readonly string[], options: RunOptions): Promise<Finished> {
  const child = startToolgate(args, options)
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.input ?? '')
  return finished(child)
}
