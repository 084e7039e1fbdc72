import type { Host } from './host.ts'

/**
 * Keeps a host running until SIGTERM or SIGINT, then closes it. A second signal does not wait.
 *
 * @returns when the host is closed
 */
export function runUntilSignal(host: Host): Promise<void> {
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
