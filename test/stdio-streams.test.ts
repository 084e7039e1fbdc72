import { loadConfig } from '@toolgate/config'
import { createLogger, startStdio, type StdioServer } from '@toolgate/core'
import { expect } from 'chai'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { stdioFolder, type StdioFolder } from './support/stdio.ts'
import { modernMeta } from './support/wire.ts'

const requests = 3_000
/** What may wait, an answer or two, and what a stream of Node keeps itself. */
const bound = 1_048_576 + 262_144

describe('stdio to a client that does not read', () => {
  let folder: StdioFolder
  let server: StdioServer
  let input: PassThrough
  let output: PassThrough
  beforeEach(async () => {
    folder = await stdioFolder()
    input = new PassThrough()
    output = new PassThrough()
    const config = await loadConfig({
      file: join(folder.path, 'mcp.config.json'),
      folder: folder.path,
      environment: {},
    })
    const scopes = ['fixture:read']
    server = await startStdio({
      config: { ...config, stdio: { ...config.stdio, scopes } },
      logger: createLogger({ level: 'silent', secrets: [] }),
      input,
      output,
    })
  })
  afterEach(async () => {
    await server.close()
    await folder[Symbol.asyncDispose]()
  })

  const ask = (id: number) =>
    input.write(`${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/list', params: { _meta: modernMeta } })}\n`)

  async function untilItStalls(): Promise<number> {
    let waiting = -1
    for (let still = 0; still < 200; still++) {
      await turn()
      if (output.writableLength !== waiting) still = 0
      waiting = output.writableLength
    }
    return waiting
  }

  it('takes no more from it, and answers everything once it reads', async () => {
    for (let id = 0; id < requests; id++) ask(id)
    const waiting = await untilItStalls()
    expect(waiting).to.be.greaterThan(500_000).and.lessThan(bound)
    expect(input.writableLength + input.readableLength).to.be.greaterThan(0)
    const seen = new Set<unknown>()
    const lines = createInterface({ input: output })
    await new Promise<void>((resolve) => {
      lines.on('line', (line) => {
        seen.add((JSON.parse(line) as { id: unknown }).id)
        if (seen.size === requests) resolve()
      })
    })
    expect(input.writableLength + input.readableLength).to.equal(0)
  })

  it('leaves progress out that could only pile up', async () => {
    const params = { name: 'fixture_chatty', _meta: { ...modernMeta, progressToken: 1 } }
    input.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })}\n`)
    let largest = 0
    const watch = setInterval(() => (largest = Math.max(largest, output.writableLength)), 1)
    // 30,000 messages of a kilobyte each, 30 MB.
    while (!(await folder.audit()).some(({ type }) => type === 'outcome')) await turn()
    clearInterval(watch)
    expect(largest).to.be.greaterThan(500_000).and.lessThan(bound)
    output.resume()
  })

  it('can be closed all the same', async () => {
    for (let id = 0; id < requests; id++) ask(id)
    await untilItStalls()
    const closing = server.close()
    output.destroy()
    await closing
    expect(input.destroyed).to.equal(true)
  })
})
