import { expect } from 'chai'
import type { EventReader } from './support/asking/event-reader.ts'
import { openSession, type SessionClient } from './support/asking/session-client.ts'
import { createDpopKey } from './support/dpop-key.ts'
import { listen } from './support/news/news-host.ts'
import { startWorkersHost, textOf, type WorkerLine, type WorkersHost } from './support/workers/workers-host.ts'

describe('what two workers share', function () {
  this.timeout(180_000)
  let host: WorkersHost
  let token: string
  let lines: readonly [WorkerLine, WorkerLine]

  before(async () => {
    const limits = { concurrentCalls: 3, sessions: { perCaller: 4 }, subscriptions: { perCaller: 3 } }
    host = await startWorkersHost({ config: { limits }, issuer: { dpop: 'allowed' } })
    token = await host.token({ expiresIn: 3_600 })
    lines = await host.connectToBoth(token)
  })
  after(() => host.close())

  it('is what proofs were used: one counts once, whichever of them it comes to', async () => {
    const key = await createDpopKey()
    const bound = await host.token({ claims: { cnf: { jkt: key.thumbprint } } })
    const headers = async () => ({
      authorization: `DPoP ${bound}`,
      dpop: await key.proof({ url: host.url, token: bound }),
    })
    const [first, second] = lines
    const once = await headers()
    expect(textOf(await first.call('crew_pid', {}, once))).to.equal(String(first.pid))
    const again = await second.call('crew_pid', {}, once)
    expect(again.status).to.equal(401)
    expect(again.lines['www-authenticate']?.join()).to.include('error="invalid_dpop_proof"')
    expect(textOf(await second.call('crew_pid', {}, await headers()))).to.equal(String(second.pid))
  })

  it('is how many calls of one caller run at once', async () => {
    const subject = 'busy'
    const busy = await host.token({ subject })
    const [one, two] = await host.connectToBoth(busy)
    const more = await Promise.all([host.connect(busy), host.connect(busy)])
    const calls = [one, two, ...more].map((line) => line.call('crew_pid', { arguments: { ms: 3_000 } }))
    const statuses = (await Promise.all(calls)).map(({ status }) => status)
    expect(statuses.toSorted()).to.deep.equal([200, 200, 200, 429])
    // And all places are free again.
    const after = await Promise.all(
      [one, two, more[0]].map((line) => line.call('crew_pid', { arguments: { ms: 200 } })),
    )
    expect(after.map(({ status }) => status)).to.deep.equal([200, 200, 200])
  })

  it('is which answers were used that count once: a question of one is answered at the other', async () => {
    const [first, second] = lines
    const asked = (await first.call('crew_confirm')).result()
    expect(asked).to.include({ resultType: 'input_required' })
    const answer = {
      requestState: asked.requestState,
      inputResponses: { confirm: { action: 'accept', content: { ok: true } } },
    }
    expect(textOf(await second.call('crew_confirm', answer))).to.equal(`accept in ${String(second.pid)}`)
    for (const line of lines) {
      expect((await line.call('crew_confirm', answer)).error()).to.deep.include({ code: -32602 })
    }
  })

  it('is every session: a request that comes to another worker is answered by the one that has it', async () => {
    const session = await openSession(host.url, token)
    const { headers } = session
    const call = { method: 'tools/call', params: { name: 'crew_pid', arguments: {} } }
    const answers = await Promise.all(lines.map((line, index) => line.send({ ...call, id: index + 1 }, headers)))
    const [one, other] = answers.map((answer) => textOf(answer))
    expect(one).to.equal(other)
    expect(lines.map(({ pid }) => String(pid))).to.include(one)
    // A call with a question, whose answer comes by another connection.
    const asking = await session.call('crew_confirm', {}, 9)
    const question = await asking.message()
    expect(question).to.include({ method: 'elicitation/create' })
    const reply = { jsonrpc: '2.0', id: question.id, result: { action: 'accept', content: { ok: true } } }
    for (const line of lines) expect((await line.send(reply, headers)).status).to.equal(202)
    expect(JSON.stringify(await asking.message())).to.include(`accept in ${String(one)}`)
    expect((await session.delete()).status).to.equal(204)
    for (const line of lines) expect((await line.send({ ...call, id: 3 }, headers)).status).to.equal(404)
  })

  it('judges a proof of a session once, though two workers see it', async () => {
    const key = await createDpopKey()
    const bound = await host.token({ claims: { cnf: { jkt: key.thumbprint } } })
    const proven = async () => ({
      authorization: `DPoP ${bound}`,
      dpop: await key.proof({ url: host.url, token: bound }),
    })
    const capabilities = { elicitation: {} }
    const params = { protocolVersion: '2025-11-25', capabilities, clientInfo: { name: 'bound', version: '1' } }
    const opened = await lines[0].send({ method: 'initialize', params }, await proven())
    const session = { 'mcp-session-id': opened.headers['mcp-session-id'] as string }
    for (const line of lines) {
      const headers = { ...session, ...(await proven()) }
      expect((await line.send({ method: 'ping' }, headers)).status).to.equal(200)
      expect((await lines[0].send({ method: 'ping' }, headers)).status).to.equal(401)
    }
  })

  it('refuses a session of another caller, and one that never was, alike at both', async () => {
    const session = await openSession(host.url, token)
    const stranger = await host.connectToBoth(await host.token({ subject: 'stranger' }))
    const unknown = session.id.replace(/\..{4}/, '.AAAA')
    const gone = session.id.replace(/^w\d+/, 'w99')
    for (const line of [...stranger, ...lines]) {
      const ids = lines.includes(line) ? [unknown, gone] : [session.id, unknown, gone]
      for (const id of ids) {
        const answer = await line.send({ method: 'ping' }, { 'mcp-session-id': id })
        expect([answer.status, answer.error().code]).to.deep.equal([404, -32001])
      }
    }
  })

  it('is how many sessions a caller has: the one that is missed least goes, wherever it is', async () => {
    const many = await host.token({ subject: 'many' })
    const sessions: SessionClient[] = []
    for (let count = 0; count < 5; count++) sessions.push(await openSession(host.url, many))
    const ping = (session: SessionClient) => session.post({ jsonrpc: '2.0', id: 1, method: 'ping' })
    const owners = new Set(sessions.map(({ id }) => id.split('.')[0]))
    expect(owners.size).to.equal(2)
    const answers = await Promise.all(sessions.map(ping))
    expect(answers.map(({ status }) => status)).to.deep.equal([404, 200, 200, 200, 200])
  })

  it('is how many streams a caller has', async () => {
    const many = await host.token({ subject: 'many' })
    const filter = { resourceSubscriptions: ['crew://state'] }
    const streams: EventReader[] = []
    for (let count = 0; count < 3; count++) streams.push(await listen(host.url, many, filter))
    for (let count = 0; count < 2; count++) expect((await listen(host.url, many, filter)).status).to.equal(429)
    streams[0]?.close()
    let status = 429
    while (status === 429) {
      const again = await listen(host.url, many, filter)
      status = again.status
      if (status === 200) streams.push(again)
    }
    expect(status).to.equal(200)
    for (const stream of streams) stream.close()
  })

  it('is news: what is told in one reaches who listens at the other, once', async () => {
    const filter = { resourceSubscriptions: ['crew://state'] }
    // Each new connection is another worker's turn: of three streams both have some.
    const streams: EventReader[] = []
    for (let count = 0; count < 3; count++) streams.push(await listen(host.url, token, filter))
    for (const stream of streams) {
      expect(await stream.message()).to.include({ method: 'notifications/subscriptions/acknowledged' })
    }
    for (const line of lines) {
      await line.call('crew_tell')
      for (const stream of streams) {
        expect(await stream.message()).to.have.nested.property('params.uri', 'crew://state')
      }
    }
    await host.stop()
    // What is left is the end in good order: nothing was told twice.
    for (const stream of streams) {
      const rest = (await stream.rest()).filter(({ data }) => data !== '')
      expect(rest.map(({ data }) => (JSON.parse(data) as { result?: object }).result)).to.have.lengthOf(1)
      expect(rest[0]?.data).to.include('"complete"')
    }
  })
})
