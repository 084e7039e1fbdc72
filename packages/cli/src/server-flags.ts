import { flushCompileCache } from 'node:module'
import { totalmem } from 'node:os'

/**
 * What Node runs a host with. Its young generation grows to 16 MiB a half: without a bound it grows to 64 after a burst of
 * requests, which none of them needs, and what it has taken is seldom given back (docs/decisions/034-young-generation.md).
 */
export const serverFlags: readonly string[] = ['--max-semi-space-size=16']

/** Up to here Node bounds it by itself, and lower. */
const smallMemory = 2 * 1024 ** 3

const named = /--max[-_]semi[-_]space[-_]size/

/** What tells whether, and as what, a process is begun anew. */
export interface StartedProcess {
  readonly execPath: string
  readonly execArgv: readonly string[]
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: string
  /** Whether whoever started it talks to it: that would be lost. */
  readonly connected: boolean
  /** Bytes that it may have: of the machine, or of its control group. */
  readonly memory: number
  /** Whether Node was told to start no other process (`--permission`). */
  readonly forbidden: boolean
}

/**
 * The command line by which a process becomes one with {@link serverFlags}; undefined where it has them, where whoever started it
 * chose such a bound, where there is so little memory that Node's own bound is lower, and where a process cannot be replaced.
 */
export function commandLineWithServerFlags(started: StartedProcess): readonly string[] | undefined {
  const { execPath, execArgv, argv, env, platform, connected, memory, forbidden } = started
  if (platform === 'win32' || connected || forbidden || memory <= smallMemory) return undefined
  if ([...execArgv, env['NODE_OPTIONS'] ?? ''].some((flags) => named.test(flags))) return undefined
  return [execPath, ...serverFlags, ...execArgv, ...argv.slice(1)]
}

/** Begins this process anew with {@link serverFlags} where that can be done: Node takes them at its start alone. Returns otherwise. */
export function applyServerFlags(): void {
  const { execPath, execArgv, argv, env, platform, connected } = process
  const memory = Math.min(totalmem(), process.constrainedMemory() || Infinity)
  // There is none without `--permission`, whatever its type says.
  const permission = process.permission as NodeJS.ProcessPermission | undefined
  const forbidden = permission?.has('child') === false
  const line = commandLineWithServerFlags({ execPath, execArgv, argv, env, platform, connected, memory, forbidden })
  if (line === undefined) return
  // Otherwise what was compiled up to here would be compiled at every start: it is kept at the end of a process, which this one has not.
  flushCompileCache()
  process.execve?.(execPath, line, env)
}
