import { expect } from 'chai'
import type { AuditRecord } from '@toolgate/audit'
import { once } from 'node:events'
import { readFile, stat } from 'node:fs/promises'
import { request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { join } from 'node:path'
import { spoilDescriptor } from '../packages/audit/test/support/spoil-descriptor.ts'
import { startTestHost, type TestHost } from './support/host.ts'
import { callTool, mcpHeaders, postModern } from './support/wire.ts'

describe('the audit', () => {
  let host: TestHost
  before(async () => {
    host = await startTestHost({ config: { tools: { fixture_hidden: { visibility: 'concealed' } } } })
  })
  after(() => host.close())

  async function recordsOf(act: () => Promise<unknown>): Promise<readonly AuditRecord[]> {
    const before = (await host.audit()).length
    await act()
    return (await host.audit()).slice(before)
  }

  it('has two records of an allowed call, linked by the request id', async () => {
    const token = await host.token('fixture:read', { claims: { jti: 'token-1' } })
    const [decision, outcome, ...rest] = await recordsOf(() =>
      callTool('modern', host.url, token, 'fixture_echo', { text: 'a secret argument' }),
    )
    expect(rest).to.deep.equal([])
    expect(decision).to.deep.include({
      type: 'decision',
      effect: 'allow',
      issuer: host.issuer.issuer,
      subject: 'user-1',
      clientId: 'test-client',
      tokenId: 'token-1',
      clientName: 'wire-test',
      clientVersion: '1.0.0',
      protocolRevision: '2026-07-28',
      tool: 'fixture_echo',
      plugin: 'fixture',
      requirement: [['fixture:read']],
      held: ['fixture:read'],
    })
    expect(decision)
      .to.have.property('catalogueGeneration')
      .that.matches(/^[0-9a-f]{64}$/)
    expect(decision)
      .to.have.property('policyHash')
      .that.matches(/^[0-9a-f]{64}$/)
    expect(decision).to.have.property('reason').that.includes('fixture:read')
    expect(outcome).to.deep.include({ type: 'outcome', outcome: 'ok' })
    expect(outcome).to.have.property('requestId', decision?.type === 'decision' ? decision.requestId : '')
    expect(outcome).to.have.property('durationMs').that.is.a('number')
  })

  it('hashes equal arguments alike and others differently, with a key', async () => {
    const token = await host.token('fixture:read')
    const hashes: string[] = []
    for (const args of [
      { text: 'a', times: 2 },
      { times: 2, text: 'a' },
      { text: 'b', times: 2 },
    ]) {
      const [decision] = await recordsOf(() => callTool('legacy', host.url, token, 'fixture_echo', args))
      hashes.push(decision?.type === 'decision' ? (decision.argumentsHash ?? '') : '')
    }
    expect(hashes[0]).to.equal(hashes[1])
    expect(hashes[0]).to.not.equal(hashes[2])
    expect((await stat(join(host.folder, '.toolgate', 'audit.key'))).mode & 0o777).to.equal(0o600)
  })

  it('has one record of a denial', async () => {
    const token = await host.token('fixture:read')
    const records = await recordsOf(() => callTool('modern', host.url, token, 'fixture_write'))
    expect(records).to.have.length(1)
    expect(records[0]).to.deep.include({ type: 'decision', effect: 'deny', missing: ['fixture:write'] })
  })

  it('names the same request id as the answer to a denial', async () => {
    const token = await host.token('fixture:read')
    let told: unknown
    const [record] = await recordsOf(async () => {
      told = (await callTool('modern', host.url, token, 'fixture_write')).error().data?.requestId
    })
    expect(record).to.have.property('requestId', told)
  })

  it('tells the operator of a concealed denial and of an unknown tool, though the caller cannot tell them apart', async () => {
    const token = await host.token('fixture:read')
    const [hidden] = await recordsOf(() => callTool('modern', host.url, token, 'fixture_hidden', { number: 1 }))
    const [absent] = await recordsOf(() => callTool('modern', host.url, token, 'fixture_absent'))
    expect(hidden).to.include({ effect: 'deny' })
    expect(absent).to.include({ effect: 'unknown-tool' })
  })

  const outcomes: Record<string, string> = {
    fixture_refusing: 'tool-error',
    fixture_faulty: 'failed',
    fixture_slow: 'timeout',
    fixture_big: 'too-large',
    fixture_broken_output: 'invalid-output',
  }
  for (const [tool, outcome] of Object.entries(outcomes)) {
    it(`records the outcome ${outcome}`, async () => {
      const token = await host.token('fixture:read')
      const records = await recordsOf(() => callTool('modern', host.url, token, tool))
      expect(records[1]).to.include({ type: 'outcome', outcome })
    })
  }

  it('records arguments that do not match as an outcome of their own', async () => {
    const token = await host.token('fixture:read')
    const records = await recordsOf(() => callTool('modern', host.url, token, 'fixture_echo', {}))
    expect(records[1]).to.include({ type: 'outcome', outcome: 'invalid-arguments' })
  })

  it('never holds a token or an argument in the clear', async () => {
    const token = await host.token('fixture:read')
    await callTool('modern', host.url, token, 'fixture_echo', { text: 'a very secret argument' })
    await postModern(host.url, token, { method: 'tools/call', params: { name: token } }, { 'mcp-name': token })
    const text = await readFile(join(host.folder, '.toolgate', 'audit.ndjson'), 'utf8')
    expect(text).to.not.include(token)
    expect(text).to.not.include('eyJ')
    expect(text).to.not.include('a very secret argument')
  })
})

describe('the audit on the disk', () => {
  it('has decision and outcome on the disk when the answer arrives, and answers as ever', async () => {
    const host = await startTestHost({ config: { audit: { durability: 'disk' } } })
    try {
      const token = await host.token('fixture:read')
      const call = (tool: string, args?: Readonly<Record<string, unknown>>) =>
        callTool('modern', host.url, token, tool, args)
      const answers = await Promise.all([
        call('fixture_echo', { text: 'a' }),
        call('fixture_write'),
        call('fixture_echo'),
      ])
      expect(answers.map(({ status }) => status)).to.deep.equal([200, 403, 200])
      const head = JSON.parse(await readFile(join(host.folder, '.toolgate', 'audit.ndjson.head'), 'utf8')) as object
      const records = await host.audit()
      expect(records).to.have.length(6)
      expect(head).to.have.property('seq', 6)
    } finally {
      await host.close()
    }
  })
})

describe('an outcome that cannot be kept', () => {
  it('responds 500 without the result: the tool has run, and nothing asks the client to call again', async () => {
    const tools = { fixture_slow: { timeoutMs: 1_500 } }
    const host = await startTestHost({ config: { audit: { durability: 'disk' }, tools } })
    try {
      const file = join(host.folder, '.toolgate', 'audit.ndjson')
      const answer = callTool('modern', host.url, await host.token('fixture:read'), 'fixture_slow')
      // The head tells that the disk has the decision: the tool runs.
      while (!(await readFile(`${file}.head`, 'utf8')).includes('"seq":2,')) await delay(5)
      spoilDescriptor(file)
      const { status, headers, text } = await answer
      expect(status).to.equal(500)
      expect(headers).to.not.have.property('retry-after')
      expect(text).to.include('correlationId').and.not.include('did not answer').and.not.include('audit')
    } finally {
      await host.close().catch(() => undefined)
    }
  })
})

describe('calls whose client goes away at any moment', () => {
  for (const durability of ['process', 'disk']) {
    it(`have one outcome for each allowed decision, and leave no place taken (${durability})`, async () => {
      const host = await startTestHost({ config: { audit: { durability }, limits: { concurrentCalls: 3 } } })
      try {
        const token = await host.token('fixture:read')
        for (let attempt = 0; attempt < 60; attempt++) await abandonCall(host, token, (attempt % 12) / 2)
        // Waits for whatever still runs: a handler that had begun ends when it sees the signal.
        for (let tries = 0; tries < 100 && (await unmatched(host)).length > 0; tries++) await delay(20)
        expect(await unmatched(host)).to.deep.equal([])
        expect((await host.audit()).filter(({ type }) => type === 'decision')).to.not.have.length(0)
        expect((await callTool('modern', host.url, token, 'fixture_anyone')).status).to.equal(200)
      } finally {
        await host.close()
      }
    })
  }

  /** Sends a call and destroys the connection some milliseconds after the last byte. */
  async function abandonCall(host: TestHost, token: string, afterMs: number): Promise<void> {
    const { hostname, port, pathname } = new URL(host.url)
    const headers = { ...mcpHeaders, authorization: `Bearer ${token}` }
    const outgoing = request({ hostname, port, path: pathname, method: 'POST', agent: false, headers })
    outgoing.on('error', () => undefined)
    const params = { name: 'fixture_aborting', arguments: {} }
    outgoing.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }))
    await once(outgoing, 'finish')
    await delay(afterMs)
    outgoing.destroy()
  }

  /** Request ids of allowed decisions without exactly one outcome. */
  async function unmatched(host: TestHost): Promise<readonly string[]> {
    const records = await host.audit()
    const outcomes = records.flatMap((record) => (record.type === 'outcome' ? [record.requestId] : []))
    return records.flatMap((record) =>
      record.type === 'decision' && outcomes.filter((id) => id === record.requestId).length !== 1
        ? [record.requestId]
        : [],
    )
  }
})
