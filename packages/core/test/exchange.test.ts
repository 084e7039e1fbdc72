import type { MessageClassification } from '@modelcontextprotocol/server'
import { expect } from 'chai'
import { Exchange } from '../src/mcp/exchange.ts'

const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x' } } as const
const modern: MessageClassification = { era: 'modern', revision: '2026-07-28' }
const legacy: MessageClassification = { era: 'legacy' }

/** The status of an error that is answered while the message is delivered, or by a handler after that. */
async function statusOf(classification: MessageClassification, code: number, later: boolean): Promise<unknown> {
  const exchange = new Exchange(classification, { streaming: true })
  exchange.onmessage = () => {
    const answer = () => exchange.send({ jsonrpc: '2.0', id: 1, error: { code, message: 'no' } })
    if (later) setImmediate(() => void answer())
    else void answer()
  }
  const answer = await exchange.answer(message)
  return answer.kind === 'json' && answer.status
}

describe('the status of a protocol error', () => {
  for (const [name, code, status] of [
    ['an unknown method', -32601, 404],
    ['params that break the protocol', -32602, 400],
    ['a client capability that is missing', -32021, 400],
    ['a version that is not supported', -32022, 400],
  ] as const) {
    it(`is ${String(status)} for ${name} at 2026-07-28`, async () => {
      expect(await statusOf(modern, code, false)).to.equal(status)
    })

    it(`is 200 for ${name} at earlier revisions`, async () => {
      expect(await statusOf(legacy, code, false)).to.equal(200)
    })
  }

  it('is 400 at 2026-07-28 if a tool finds a client capability missing', async () => {
    expect(await statusOf(modern, -32021, true)).to.equal(400)
  })

  it('is 200 for what a handler says of its params, such as an unknown tool', async () => {
    expect(await statusOf(modern, -32602, true)).to.equal(200)
  })
})
