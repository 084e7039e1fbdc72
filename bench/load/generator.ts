import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { LoadJob, LoadResult } from '../messages.ts'

/** The load generator, in a process of its own. */
export interface Generator {
  run(job: LoadJob): Promise<LoadResult>
  close(): void
}

/** Starts the load generator. */
export function startGenerator(): Generator {
  const child = fork(new URL(import.meta.resolve('./main.ts')), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  return {
    async run(job) {
      child.send(job)
      const [result] = (await once(child, 'message')) as [LoadResult]
      return result
    },
    close() {
      child.disconnect()
    },
  }
}
