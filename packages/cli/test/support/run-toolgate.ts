import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../bin/toolgate.mjs', import.meta.url))

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
  const { PATH, HOME } = process.env
  return spawn(process.execPath, [bin, ...args], {
    cwd: options.folder,
    env: { PATH, HOME, NODE_NO_WARNINGS: '1', XDG_CONFIG_HOME: `${options.folder}/.config`, ...options.environment },
  })
}

/** Runs the real command to its end. */
export async function runToolgate(args: readonly string[], options: RunOptions): Promise<Finished> {
  const child = startToolgate(args, options)
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.input ?? '')
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: typeof code === 'number' ? code : null, stdout, stderr }
}
