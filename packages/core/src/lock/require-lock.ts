import type { ResolvedConfig } from '@toolgate/config'
import type { Registry } from '@toolgate/registry'
import { HostError, type Fault } from '../errors.ts'
import { judgeLock } from './judge-lock.ts'

/** A start that may be held to the lock file. */
export interface LockedStart {
  readonly config: ResolvedConfig
  readonly mode: 'serve' | 'dev'
  /** Asked for beside what the configuration says. */
  readonly locked?: boolean
}

/**
 * Holds a start to the lock file, if it is asked to. What was narrowed or removed never keeps a host from starting: taking
 * something away must be possible at once.
 *
 * @param faults what is left out already: its tools are not told as removed
 * @returns what there is to tell; in `dev` everything
 * @throws HostError `lock-differs` in `serve`, if there is more than is pinned or another tool than was pinned
 */
export async function requireLock(
  options: LockedStart,
  registry: Registry,
  faults: readonly Fault[],
): Promise<readonly Fault[]> {
  const { config, mode, locked = false } = options
  if (!locked && !config.locked) return []
  const { refused, outdated } = await judgeLock({ config, ...registry })
  if (refused.length > 0 && mode === 'serve') {
    throw new HostError('lock-differs', 'the tools are not as they are locked', refused)
  }
  return faults.length > 0 ? refused : [...refused, ...outdated]
}

/** One such difference as a sentence of warning. */
export function unlockedText({ path, message, mend }: Fault): string {
  return `${path}: ${message}. ${mend}`
}
