import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'

/** A host in a process of its own whose heap can be looked at. */
export interface MeasuredHost {
  readonly url: string
  readonly token: string
  readonly child: ChildProcess
  /** Bytes in use after a collection. */
  heap(): Promise<number>
  /** Asks it to end, and waits until it has. */
  close(): Promise<number | null>
}

/** Starts one; it is gone after `close`, which gives its exit code. */
export async function startMeasuredHost(): Promise<MeasuredHost> {
  const file = join(import.meta.dirname, '../run-measured-host.ts')
  const child = spawn(process.execPath, ['--expose-gc', file], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  const next = async <Line>() => JSON.parse(String((await once(lines satisfies Interface, 'line'))[0])) as Line
  const { url, token } = await next<{ url: string; token: string }>()
  return {
    url,
    token,
    child,
    async heap() {
      const answer = next<{ heap: number }>()
      child.stdin.write('heap\n')
      return (await answer).heap
    },
    async close() {
      const gone = once(child, 'exit')
      child.stdin.end()
      return ((await gone) as [number | null])[0]
    },
  }
}
