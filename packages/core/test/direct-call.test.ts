import { expect } from 'chai'
import { text as textOf } from 'node:stream/consumers'
import { createCallSlots } from '../src/mcp/call-slots.ts'
import { DirectCall } from '../src/mcp/direct-call.ts'
import type { JudgedRequest } from '../src/mcp/judged-request.ts'
import type { ToolRun } from '../src/mcp/tool-run.ts'

const principal = { issuer: 'https://login.example', subject: 'ada', clientId: 'c', scopes: [], claims: {} }
const message = {
  jsonrpc: '2.0',
  id: 7,
  method: 'tools/call',
  params: { name: 'a', _meta: { progressToken: 'p' } },
} as const

/** A call of a tool that is run by `runTool`; the tool itself is not looked at on this way. */
function dispatch(runTool: (run: ToolRun) => Promise<never>, left = false): { call: DirectCall; abandoned: string[] } {
  const abandoned: string[] = []
  const [slot] = createCallSlots(1)(principal, 1)
  const held = { token: [], granted: [], authentication: { now: 0, skewSeconds: 0 } }
  const request = {
    message,
    envelope: { revision: '2026-07-28', classification: { era: 'modern' }, requests: [message], batch: false },
    principal,
    held,
    requestId: 'request-1',
    call: { kind: 'allowed', tool: { kind: 'tool', name: 'a' }, args: {} },
    slot,
    left: () => left,
  }
  const call = new DirectCall(request as unknown as JudgedRequest, {
    serverInfo: { name: 'n', title: 't', version: '1' },
    runTool,
    // Nobody talks to the client here.
    converse: () => undefined as never,
    recordAbandoned: (requestId) => abandoned.push(requestId),
  })
  return { call, abandoned }
}

describe('a call on the direct lane', () => {
  it('does not run if the client has gone before, and the audit is told', async () => {
    let ran = false
    const { call, abandoned } = dispatch(() => {
      ran = true
      return new Promise(() => undefined)
    }, true)
    const refusal = await call.answer.catch((error: unknown) => error)
    expect(refusal).to.include({ name: 'Refusal', status: 499 })
    expect(abandoned).to.deep.equal(['request-1'])
    expect(ran).to.equal(false)
  })

  it('tells the tool that the client went away, once', async () => {
    const aborted: string[] = []
    const { call, abandoned } = dispatch((run) => {
      run.signal.addEventListener('abort', () => aborted.push('aborted'))
      return new Promise(() => undefined)
    })
    call.close()
    call.close()
    expect(await call.answer.catch((error: unknown) => error)).to.include({ name: 'Refusal', status: 499 })
    expect(aborted).to.deep.equal(['aborted'])
    expect(abandoned).to.deep.equal([])
  })

  it('leaves the status of a fault of the host open', async () => {
    const fault = new Error('the disk is full')
    const { call } = dispatch(() => Promise.reject(fault))
    expect(await call.answer.catch((error: unknown) => error)).to.equal(fault)
  })

  it('ends a stream that has begun with the fault, blandly', async () => {
    const { call } = dispatch((run) => {
      run.progress(1)
      return Promise.reject(new Error('the disk is full'))
    })
    const answer = await call.answer
    if (answer.kind !== 'stream') throw new Error(`answered as ${answer.kind}`)
    const events = (await textOf(answer.stream)).split('\n\n').filter((event) => event !== '')
    expect(events.map((event) => JSON.parse(event.slice('event: message\ndata: '.length)) as unknown)).to.deep.equal([
      { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 'p', progress: 1 } },
      {
        jsonrpc: '2.0',
        id: 7,
        error: { code: -32603, message: 'Internal error', data: { correlationId: 'request-1' } },
      },
    ])
  })
})
