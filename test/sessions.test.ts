import { expect } from 'chai'
import { startAskingHost, textOf } from './support/asking/asking-host.ts'
import { initialize, openSession, sessionClient, type SessionClient } from './support/asking/session-client.ts'
import type { TestHost } from './support/host.ts'
import type { TokenOptions } from './support/issuer.ts'
import { post, postModern, send } from './support/wire.ts'

const accepted = { action: 'accept', content: { name: 'Ada' } }
const ping = { jsonrpc: '2.0', id: 9, method: 'ping' }
const noSession = { code: -32001, message: 'There is no such session of yours: start a new one with initialize' }

describe('sessions of revisions before 2026-07-28', () => {
  let host: TestHost
  let token: string
  let now = Date.now()
  before(async () => {
    host = await startAskingHost({ clock: () => now })
    token = await tokenOf('ask:use ask:count')
  })
  after(() => host.close())

  const tokenOf = (scope: string, options?: TokenOptions) => host.token(scope, { expiresIn: 7_200, ...options })
  const open = (options?: Parameters<typeof openSession>[2]) => openSession(host.url, token, options)
  const respond = (session: SessionClient, id: unknown, result: unknown) => session.post({ jsonrpc: '2.0', id, result })

  describe('initialize', () => {
    for (const capabilities of [{ elicitation: {} }, { sampling: {} }, { roots: { listChanged: true } }]) {
      it(`opens one for a client that declares ${Object.keys(capabilities).join()}`, async () => {
        const answer = await initialize(host.url, token, { capabilities })
        expect(answer.headers['mcp-session-id']).to.match(/^[A-Za-z0-9_-]{43}$/)
        expect(answer.result()['capabilities']).to.have.property('logging').that.deep.equals({})
      })
    }

    it('opens none for a client that can be asked nothing', async () => {
      const answer = await initialize(host.url, token, { capabilities: { experimental: {} } })
      expect(answer.headers).to.not.have.property('mcp-session-id')
      expect(answer.result()['capabilities']).to.not.have.property('logging')
    })

    it('is refused in a session', async () => {
      const session = await open()
      const answer = await session.post({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} })
      expect(answer.status).to.equal(400)
      expect(answer.error().code).to.equal(-32600)
    })

    it('opens none where the operator has turned them off, and nothing can be had by GET then', async () => {
      const off = await startAskingHost({ config: { sessions: 'off' } })
      try {
        const own = await off.token('ask:use')
        const answer = await initialize(off.url, own)
        expect(answer.headers).to.not.have.property('mcp-session-id')
        const headers = { 'mcp-session-id': 'x', authorization: `Bearer ${own}` }
        const got = await send(off.origin, { method: 'GET', path: '/mcp', headers })
        expect(got.status).to.equal(405)
        expect(got.headers['allow']).to.equal('POST, OPTIONS')
      } finally {
        await off.close()
      }
    })
  })

  describe('a question', () => {
    it('goes out on the stream of its call, and is answered by a POST', async () => {
      const session = await open()
      const call = await session.call('ask_name')
      expect(call.headers['content-type']).to.equal('text/event-stream')
      const question = await call.message()
      expect(question).to.deep.include({ method: 'elicitation/create' })
      expect(question['params']).to.deep.include({ message: 'What is your name?' })
      const posted = await respond(session, question['id'], accepted)
      expect([posted.status, posted.text]).to.deep.equal([202, ''])
      const answer = await call.message()
      expect(answer).to.deep.include({ id: 1 })
      expect(JSON.stringify(answer['result'])).to.include('Hello, Ada!')
    })

    it('has company: several are out at once', async () => {
      const session = await open()
      const call = await session.call('ask_all')
      const questions = [await call.message(), await call.message(), await call.message()]
      const results: Readonly<Record<string, unknown>> = {
        'elicitation/create': accepted,
        'sampling/createMessage': { role: 'assistant', content: { type: 'text', text: 'Paris' }, model: 'm' },
        'roots/list': { roots: [{ uri: 'file:///work' }] },
      }
      for (const { id, method } of questions) await respond(session, id, results[String(method)])
      const answer = await call.message()
      expect(answer['result']).to.have.property('structuredContent').that.deep.includes({ person: accepted })
    })

    it('is refused in words if its answer is not what was asked for', async () => {
      const session = await open()
      const call = await session.call('ask_name')
      await respond(session, (await call.message())['id'], { action: 'accept', content: { name: 'A' } })
      const { result } = await call.message()
      expect(result).to.deep.include({ isError: true })
      expect(JSON.stringify(result)).to.include('The answer of the client is not what was asked for')
    })

    it('is over if the client answers with an error', async () => {
      const session = await open()
      const call = await session.call('ask_name')
      const { id } = await call.message()
      await session.post({ jsonrpc: '2.0', id, error: { code: -1, message: 'nobody is here' } })
      expect(JSON.stringify(await call.message())).to.include('The client refused the question: nobody is here')
    })

    it('takes its time from the client, not from the tool', async () => {
      const session = await open()
      const call = await session.call('ask_patiently')
      const { id } = await call.message()
      await new Promise((done) => setTimeout(done, 600))
      await respond(session, id, { action: 'accept', content: {} })
      expect((await call.message())['result']).to.not.have.property('isError')
    })

    it('is not put to a client that did not declare it when it connected', async () => {
      const session = await open({ capabilities: { roots: {} } })
      const answer = await session.post({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'ask_model', arguments: {} },
      })
      expect(textOf(answer)).to.equal(
        'The model of this client cannot be asked: it did not declare sampling when it connected.',
      )
    })

    it('is not put to a client of a revision without elicitation', async () => {
      const session = await open({ revision: '2025-03-26' })
      const answer = await session.post({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'ask_name', arguments: {} },
      })
      expect(textOf(answer)).to.include('revision 2025-03-26 has no elicitation')
    })
  })

  describe('a response', () => {
    const response = { jsonrpc: '2.0', id: 'host-1', result: {} }

    it('is taken in a live session, though nobody waits for it', async () => {
      expect((await (await open()).post(response)).status).to.equal(202)
    })

    it('is refused without a session, in one that is over, and in one of another principal', async () => {
      const session = await open()
      const other = sessionClient(host.url, await tokenOf('ask:use', { subject: 'eve' }), session)
      for (const answer of [await post(host.url, token, response), await other.post(response)]) {
        expect(answer.status).to.equal(400)
        expect(answer.error().code).to.equal(-32600)
      }
      await session.delete()
      expect((await session.post(response)).status).to.equal(400)
    })

    it('of another principal answers nothing', async () => {
      const session = await open()
      const eve = await openSession(host.url, await tokenOf('ask:use', { subject: 'eve' }))
      const call = await session.call('ask_name')
      const { id } = await call.message()
      await respond(eve, id, { action: 'accept', content: { name: 'Eve' } })
      await respond(session, id, accepted)
      expect(JSON.stringify(await call.message())).to.include('Hello, Ada!')
    })
  })

  describe('belonging to a principal', () => {
    for (const [what, options] of [
      ['another subject', { subject: 'eve' }],
      ['another client of the same subject', { claims: { client_id: 'other' } }],
    ] as const) {
      it(`is unknown to ${what}, by every method`, async () => {
        const session = await open()
        const other = sessionClient(host.url, await tokenOf('ask:use', options), session)
        const answers = [await other.post(ping), await other.delete()]
        for (const answer of answers) {
          expect(answer.status).to.equal(404)
          expect(answer.error()).to.deep.equal(noSession)
        }
        expect((await other.get()).status).to.equal(404)
        expect((await session.post(ping)).status).to.equal(200)
        expect((await other.post({ ...ping, id: 10 })).text).to.equal(
          (await sessionClient(host.url, token, { ...session, id: 'x' }).post({ ...ping, id: 10 })).text,
        )
      })
    }

    it('is no authentication: a bad token is 401, a poorer one is 403', async () => {
      const session = await open()
      expect((await sessionClient(host.url, 'x', session).post(ping)).status).to.equal(401)
      expect((await sessionClient(host.url, 'x', session).get()).status).to.equal(401)
      expect((await sessionClient(host.url, 'x', session).delete()).status).to.equal(401)
      const poorer = sessionClient(host.url, await tokenOf('other:scope'), session)
      const denied = await poorer.call('ask_name')
      expect(denied.status).to.equal(403)
      expect(denied.headers['www-authenticate']).to.include('error="insufficient_scope"')
    })

    it('goes on with a new token of its principal', async () => {
      const session = await open()
      const renewed = sessionClient(host.url, await tokenOf('ask:use'), session)
      expect((await renewed.post(ping)).status).to.equal(200)
    })
  })

  describe('the end', () => {
    it('comes by DELETE: then it is 404', async () => {
      const session = await open()
      const call = await session.call('ask_name')
      await call.message()
      expect((await session.delete()).status).to.equal(204)
      expect(await call.rest()).to.deep.equal([])
      expect((await session.post(ping)).error()).to.deep.equal(noSession)
      expect((await session.delete()).status).to.equal(404)
      const outcomes = (await host.audit()).filter((record) => record.type === 'outcome')
      expect(outcomes.at(-1)).to.include({ outcome: 'cancelled' })
    })

    it('comes after half an hour without a request', async () => {
      const session = await open()
      now += 1_799_000
      expect((await session.post(ping)).status).to.equal(200)
      now += 1_800_000
      expect((await session.post(ping)).status).to.equal(404)
    })

    it('comes to the oldest of a caller that has too many', async () => {
      const own = await tokenOf('ask:use', { subject: 'greedy' })
      const first = await openSession(host.url, own)
      for (let more = 0; more < 32; more++) await openSession(host.url, own)
      expect((await first.post(ping)).status).to.equal(404)
    })
  })

  describe('cancellation', () => {
    it('comes by a notification, and nothing more is sent', async () => {
      const session = await open()
      const call = await session.call('ask_name', {}, 'call-1')
      await call.message()
      const notification = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'call-1' } }
      expect((await session.post(notification)).status).to.equal(202)
      expect(await call.rest()).to.deep.equal([])
    })

    it('comes in a batch too, at the revision that has them', async () => {
      const session = await open({ revision: '2025-03-26' })
      const call = await session.call('ask_model', {}, 'call-1')
      await call.message()
      const batch = [{ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'call-1' } }, ping]
      const answer = await session.post(batch)
      expect(JSON.parse(answer.text)).to.deep.equal([{ jsonrpc: '2.0', id: 9, result: {} }])
      expect(await call.rest()).to.deep.equal([])
    })

    it('does not come by closing the stream', async () => {
      const session = await open()
      const call = await session.call('ask_name')
      const first = await call.next()
      const { id } = await call.message()
      call.close()
      await respond(session, id, accepted)
      const again = await session.get(first?.id)
      expect(await again.message()).to.deep.include({ id })
      expect(JSON.stringify(await again.message())).to.include('Hello, Ada!')
      expect(await again.rest()).to.deep.equal([])
    })
  })

  it('takes answers out of a batch, and refuses one of which somebody else was asked', async () => {
    const session = await open({ revision: '2025-03-26' })
    const call = await session.call('ask_model')
    const { id } = await call.message()
    const result = { model: 'test-model', role: 'assistant', content: { type: 'text', text: 'Hello, Ada!' } }
    const batch = [{ jsonrpc: '2.0', id, result }]
    const { 'mcp-session-id': _own, ...foreign } = { ...session.headers }
    expect((await post(host.url, token, batch, foreign)).status).to.equal(400)
    expect((await session.post(batch)).status).to.equal(202)
    expect(JSON.stringify(await call.message())).to.include('Hello, Ada!')
  })

  it('refuses a second request with an id that is in use', async () => {
    const session = await open()
    const call = await session.call('ask_name', {}, 7)
    await call.message()
    const second = await session.post({ ...ping, id: 7 })
    expect(second.status).to.equal(400)
    expect(second.error().code).to.equal(-32600)
    call.close()
  })

  it('refuses batches where there are none, and goes on at its revision whatever older one a request names', async () => {
    const session = await open()
    expect((await session.post([ping], { 'mcp-protocol-version': undefined })).status).to.equal(400)
    expect((await session.post([ping], { 'mcp-protocol-version': '2025-03-26' })).status).to.equal(400)
    for (const version of [undefined, '2025-03-26', '2025-06-18', '2025-11-25']) {
      expect((await session.post(ping, { 'mcp-protocol-version': version })).status).to.equal(200)
    }
    const { status } = await session.post(ping, { 'mcp-protocol-version': '1999-01-01' })
    expect(status).to.equal(400)
    const headers = {
      'mcp-session-id': session.id,
      authorization: `Bearer ${token}`,
      'mcp-protocol-version': '1999-01-01',
    }
    const ended = await send(host.origin, { method: 'DELETE', path: '/mcp', headers })
    expect(ended.status).to.equal(400)
    expect(ended.error().code).to.equal(-32600)
  })

  it('means nothing at revision 2026-07-28', async () => {
    const answer = await postModern(host.url, token, { method: 'tools/list' }, { 'mcp-session-id': 'x' })
    expect(answer.status).to.equal(200)
    const headers = { 'mcp-session-id': 'x', 'mcp-protocol-version': '2026-07-28' }
    expect((await send(host.origin, { method: 'GET', path: '/mcp', headers })).status).to.equal(405)
  })

  it('names the client of its calls in the audit', async () => {
    const session = await open()
    const call = await session.call('tell_levels')
    expect(call.status).to.equal(200)
    await call.rest()
    const decisions = (await host.audit()).filter((record) => record.type === 'decision')
    expect(decisions.at(-1)).to.include({ clientName: 'session-test', clientVersion: '1.2.3' })
  })
})
