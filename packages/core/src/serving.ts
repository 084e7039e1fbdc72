import type { Host, HostOptions } from './host.ts'
import type { StdioOptions, StdioServer } from './stdio/start-stdio.ts'
import type { WorkerOptions } from './workers/run-worker.ts'
import type { WorkersOptions } from './workers/start-workers.ts'

// What serves, with Koa and the SDK, is loaded when something is to be served: most commands look at a host, or ask one.

/**
 * Starts a host of one process, whatever `workers` says: wires the packages, loads the plugins, listens.
 *
 * @throws HostError with every fault if something keeps it from starting
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const { openHost } = await import('./host.ts')
  return openHost(options)
}

/**
 * Serves the catalogue to one local client over a pair of streams: the rooms of the host without listener, verifier and
 * authority. Any fault of the configuration or a plugin keeps it from starting.
 *
 * @throws HostError with every fault; AuditError if no audit file can be had
 */
export async function startStdio(options: StdioOptions): Promise<StdioServer> {
  const { openStdio } = await import('./stdio/start-stdio.ts')
  return openStdio(options)
}

/**
 * Starts a host of `workers` processes on one port, each of which is this same command again and calls `runWorker`. This one
 * serves nothing and loads no plugin: it has what only one process can have, and starts a worker anew that has ended.
 *
 * @throws HostError, or what else keeps a worker from starting, as it would keep a host of one process
 */
export async function startWorkers(options: WorkersOptions): Promise<Host> {
  const { openWorkers } = await import('./workers/start-workers.ts')
  return openWorkers(options)
}

/**
 * Serves as one of the workers of a host until the primary ends it. Signals are the primary's: a terminal sends them to all
 * processes, and a worker that followed would cut off its calls. If the primary is gone the process ends at once.
 */
export async function runWorker(options: WorkerOptions): Promise<never> {
  const { serveAsWorker } = await import('./workers/run-worker.ts')
  return serveAsWorker(options)
}
