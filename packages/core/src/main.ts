import type { Host } from './host.ts'
import { createLogger } from './logger.ts'

/**
 * Keeps a host running until SIGTERM or SIGINT, then closes it. A second signal does not wait. A rejected promise that
 * nobody waits for is logged: one that a plugin left behind must not end the calls of everybody. An exception that nobody
 * catches still ends the process.
 *
 * @returns when the host is closed
 */
export function runUntilSignal(host: Pick<Host, 'close'>): Promise<void> {
  outliveRejections()
  return new Promise((resolve, reject) => {
    let stopping = false
    const stop = () => {
      if (stopping) process.exit(1)
      stopping = true
      host.close().then(resolve, reject)
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
  })
}

/** Logs rejected promises that nobody waits for, which would end the process otherwise. */
export function outliveRejections(): void {
  const logger = createLogger({ level: 'error', secrets: [] })
  process.on('unhandledRejection', (reason: unknown) => {
    logger.error({ frames: framesOf(reason) }, 'a rejected promise was left behind')
  })
}

/** Where an error comes from, without its words: the secrets of the configuration are not known here. */
function framesOf(reason: unknown): readonly string[] {
  try {
    if (!(reason instanceof Error)) return []
    const frames = (reason.stack ?? '').replace(reason.message, '').split('\n')
    return frames.filter((line) => /^ +at /.test(line))
  } catch {
    return []
  }
}
