import { createInterface } from 'node:readline'
import { setImmediate as turn } from 'node:timers/promises'
import { startTestHost } from './host.ts'

/**
 * A host as a process of its own whose memory can be looked at (`node --expose-gc`). Prints its URL and a token as one JSON
 * line, then for every line that it reads the bytes of heap that are in use after a collection. Ends when standard input does.
 */
const host = await startTestHost()
const token = await host.token('fixture:read', { expiresIn: 7_200 })
// The test keeps the lines of the log for whoever asks; here they would be taken for a leak of the host.
const forgetting = setInterval(() => (host.log as string[]).splice(0), 200)
process.stdout.write(`${JSON.stringify({ url: host.url, token })}\n`)
const lines = createInterface({ input: process.stdin })
lines.on('line', () => void report())
lines.on('close', () => {
  clearInterval(forgetting)
  void host.close()
})

async function report(): Promise<void> {
  ;(host.log as string[]).splice(0)
  for (let round = 0; round < 3; round++) {
    await turn()
    globalThis.gc?.()
  }
  process.stdout.write(`${JSON.stringify({ heap: process.memoryUsage().heapUsed })}\n`)
}
