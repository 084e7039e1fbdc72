import { loadConfig } from '@toolgate/config'
import { createLogger, startHost, type Host } from '@toolgate/core'
import { expect } from 'chai'
import { join } from 'node:path'
import { changing } from './support/asking/asking-plugin.ts'
import { askedIn, askTool, startAskingHost, textOf, type Round } from './support/asking/asking-host.ts'
import type { TestHost } from './support/host.ts'
import type { TokenOptions } from './support/issuer.ts'
import { post, type WireAnswer } from './support/wire.ts'

const accept = (content: Readonly<Record<string, unknown>>) => ({ action: 'accept', content })
const refusal = { code: -32602, message: 'Invalid, used or expired requestState: send the request again without it' }

describe('multi round-trip requests', () => {
  let host: TestHost
  let token: string
  let again: Host | undefined
  let now = Date.now()
  before(async () => {
    host = await startAskingHost({ clock: () => now })
    token = await tokenOf('ask:use ask:count')
  })
  after(async () => {
    await again?.close()
    await host.close()
  })

  // The clock of the host goes ahead in these tests.
  const tokenOf = (scope: string, options?: TokenOptions) => host.token(scope, { expiresIn: 3_600, ...options })
  const ask = (name: string, round?: Round) => askTool(host.url, token, name, round)
  const expectRefused = (answer: WireAnswer) => {
    expect(answer.status).to.equal(200)
    expect(answer.error()).to.deep.equal(refusal)
  }

  it('asks by the key of the question, and answers when the answer has come', async () => {
    const { inputRequests, requestState } = askedIn(await ask('ask_name'))
    expect(inputRequests).to.deep.equal({
      user_name: {
        method: 'elicitation/create',
        params: {
          message: 'What is your name?',
          requestedSchema: {
            type: 'object',
            properties: { name: { type: 'string', minLength: 2 } },
            required: ['name'],
          },
        },
      },
    })
    const answer = await ask('ask_name', {
      requestState,
      inputResponses: { user_name: accept({ name: 'Ada', more: 1 }) },
    })
    expect(answer.result()).to.deep.include({ resultType: 'complete' })
    expect(textOf(answer)).to.equal('Hello, Ada!')
  })

  for (const action of ['decline', 'cancel']) {
    it(`tells the handler that a person chose to ${action}`, async () => {
      const { requestState } = askedIn(await ask('ask_name'))
      const answer = await ask('ask_name', { requestState, inputResponses: { user_name: { action } } })
      expect(textOf(answer)).to.equal(`The person chose to ${action}.`)
    })
  }

  it('makes one round trip of questions that are awaited together', async () => {
    const { inputRequests, requestState } = askedIn(await ask('ask_all'))
    expect(Object.entries(inputRequests).map(([key, { method }]) => [key, method])).to.deep.equal([
      ['user_name', 'elicitation/create'],
      ['capital_question', 'sampling/createMessage'],
      ['client_roots', 'roots/list'],
    ])
    const model = { role: 'assistant', content: { type: 'text', text: 'Paris' }, model: 'm' }
    const answer = await ask('ask_all', {
      requestState,
      inputResponses: {
        user_name: accept({ name: 'Ada' }),
        capital_question: model,
        client_roots: { roots: [{ uri: 'file:///work' }] },
      },
    })
    expect(answer.result()['structuredContent']).to.deep.equal({
      person: accept({ name: 'Ada' }),
      model: model.content,
      roots: [{ uri: 'file:///work' }],
    })
  })

  it('asks again for what is missing, with the answers that came in the state', async () => {
    const first = askedIn(await ask('ask_all'))
    const inputResponses = { user_name: accept({ name: 'Ada' }), client_roots: { roots: [] } }
    const second = askedIn(await ask('ask_all', { requestState: first.requestState, inputResponses }))
    expect(Object.keys(second.inputRequests)).to.deep.equal(['capital_question'])
    const model = { role: 'assistant', content: { type: 'text', text: 'Paris' }, model: 'm' }
    const { requestState } = second
    const answer = await ask('ask_all', { requestState, inputResponses: { capital_question: model } })
    expect(answer.result()['structuredContent']).to.deep.include({ person: accept({ name: 'Ada' }), roots: [] })
  })

  it('asks one thing after the other, by their places', async () => {
    const first = askedIn(await ask('ask_steps'))
    expect(Object.keys(first.inputRequests)).to.deep.equal(['input-1'])
    const second = askedIn(
      await ask('ask_steps', {
        requestState: first.requestState,
        inputResponses: { 'input-1': accept({ name: 'Ada' }) },
      }),
    )
    expect(Object.keys(second.inputRequests)).to.deep.equal(['input-2'])
    expect(second.requestState).to.not.equal(first.requestState)
    const { requestState } = second
    const answer = await ask('ask_steps', { requestState, inputResponses: { 'input-2': accept({ ok: true }) } })
    expect(answer.result()['structuredContent']).to.deep.equal({
      first: accept({ name: 'Ada' }),
      second: accept({ ok: true }),
    })
  })

  it('never goes on without an answer, whatever the handler does about it', async () => {
    const { requestState } = askedIn(await ask('ask_caught'))
    const answer = await ask('ask_caught', { requestState, inputResponses: { 'input-1': accept({ name: 'Ada' }) } })
    expect(answer.result()['structuredContent']).to.deep.equal({ answered: true, count: 1 })
  })

  it('writes a decision and an outcome of every round to the audit', async () => {
    const before = (await host.audit()).length
    const { requestState } = askedIn(await ask('ask_name'))
    await ask('ask_name', { requestState, inputResponses: { user_name: accept({ name: 'Ada' }) } })
    await ask('ask_name', { requestState: 'x' })
    const records = (await host.audit()).slice(before)
    expect(records.map((record) => (record.type === 'outcome' ? record.outcome : record.type))).to.deep.equal([
      'decision',
      'input-required',
      'decision',
      'ok',
      'decision',
      'invalid-input',
    ])
  })

  describe('a response that is not what was asked for', () => {
    for (const [what, response] of [
      ['a number', 12_345],
      ['null', null],
      ['another action', { action: 'agree' }],
      ['no content', { action: 'accept' }],
      ['content that breaks the schema', accept({ name: 'A' })],
      ['content of another type', accept({ name: ['Ada'] })],
      ['the result of another question', { roots: [] }],
    ] as const) {
      it(`is refused: ${what}`, async () => {
        const { requestState } = askedIn(await ask('ask_name'))
        const answer = await ask('ask_name', { requestState, inputResponses: { user_name: response } })
        expect(answer.error().code).to.equal(-32602)
        expect(answer.error().message).to.match(/^The response to "user_name" is not what was asked for: /)
        expect(answer.text).to.not.include('Ada')
      })
    }

    for (const inputResponses of [null, [], 'x', 5]) {
      it(`is refused as a whole: ${JSON.stringify(inputResponses)}`, async () => {
        expect((await ask('ask_name', { inputResponses })).error().code).to.equal(-32602)
      })
    }

    it('is asked for again under the right key', async () => {
      const { requestState } = askedIn(await ask('ask_name'))
      const wrong = { inputResponses: { someone: accept({ name: 'Ada' }) }, requestState }
      expect(Object.keys(askedIn(await ask('ask_name', wrong)).inputRequests)).to.deep.equal(['user_name'])
    })

    it('does not count for a question that has changed since', async () => {
      const { requestState } = askedIn(await ask('ask_changing'))
      changing.subject = 'the blue note'
      const again = askedIn(
        await ask('ask_changing', { requestState, inputResponses: { confirm: accept({ ok: true }) } }),
      )
      expect(again.inputRequests['confirm']?.params['message']).to.equal('Delete the blue note?')
    })
  })

  describe('a state', () => {
    const answered = { inputResponses: { user_name: accept({ name: 'Ada' }) } }
    let requestState: string
    beforeEach(async () => ({ requestState } = askedIn(await ask('ask_name'))))

    it('is refused if it is changed, cut, spelled otherwise or no text', async () => {
      const last = requestState.at(-1) === 'A' ? 'B' : 'A'
      for (const bad of [
        `${requestState}-TAMPERED`,
        requestState.slice(0, -4),
        `${requestState.slice(0, -6)}${last}${requestState.slice(-5)}`,
        `${requestState}=`,
        '',
        'x',
        7,
        null,
      ]) {
        expectRefused(await ask('ask_name', { ...answered, requestState: bad }))
      }
    })

    it('is refused after ten minutes', async () => {
      now += 599_000
      expect(textOf(await ask('ask_name', { ...answered, requestState }))).to.equal('Hello, Ada!')
      now += 1_000
      expectRefused(await ask('ask_name', { ...answered, requestState }))
    })

    it('is refused with another tool or other arguments', async () => {
      expectRefused(await ask('ask_what_can_be_asked', { ...answered, requestState }))
      const once = askedIn(await ask('ask_once', { args: { what: 'a' } }))
      const confirmed = { requestState: once.requestState, inputResponses: { confirm: accept({ ok: true }) } }
      expectRefused(await ask('ask_once', { args: { what: 'b' }, ...confirmed }))
      // A default that is written out makes the same arguments.
      expect(textOf(await ask('ask_once', { args: { then: false, what: 'a' }, ...confirmed }))).to.match(/^Counted a/)
    })

    for (const [what, options] of [
      ['another subject', { subject: 'eve' }],
      ['another client of the same subject', { claims: { client_id: 'other-client' } }],
    ] as const) {
      it(`is refused from ${what}`, async () => {
        const other = await tokenOf('ask:use', options)
        expectRefused(await askTool(host.url, other, 'ask_name', { ...answered, requestState }))
      })
    }

    it('is no authorization: each round is decided anew', async () => {
      const poorer = await tokenOf('')
      const answer = await askTool(host.url, poorer, 'ask_name', { ...answered, requestState })
      expect(answer.status).to.equal(403)
      expect(answer.headers['www-authenticate']).to.include('error="insufficient_scope"')
    })

    it('is good for a new token of the same caller', async () => {
      const renewed = await tokenOf('ask:use ask:more')
      const answer = await askTool(host.url, renewed, 'ask_name', { ...answered, requestState })
      expect(textOf(answer)).to.equal('Hello, Ada!')
    })

    it('may be sent again where the question does not say once', async () => {
      for (let time = 0; time < 2; time++) {
        expect(textOf(await ask('ask_name', { ...answered, requestState }))).to.equal('Hello, Ada!')
      }
    })
  })

  describe('an answer that counts once', () => {
    const args = { what: 'twice' }
    const inputResponses = { confirm: accept({ ok: true }) }

    it('is used once, however often its state is sent, at once too', async () => {
      const { requestState } = askedIn(await ask('ask_once', { args }))
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => ask('ask_once', { args, requestState, inputResponses })),
      )
      expect(answers.filter(({ text }) => text.includes('Counted'))).to.have.length(1)
      expect(answers.filter(({ text }) => text.includes('"error"'))).to.have.length(4)
      expectRefused(await ask('ask_once', { args, requestState, inputResponses }))
    })

    it('is not used up by an answer that is refused', async () => {
      const { requestState } = askedIn(await ask('ask_once', { args }))
      const bad = { requestState, inputResponses: { confirm: accept({ ok: 'yes' }) } }
      expect((await ask('ask_once', { args, ...bad })).error().code).to.equal(-32602)
      expect(textOf(await ask('ask_once', { args, requestState, inputResponses }))).to.match(/^Counted/)
    })

    it('counts once in later rounds too', async () => {
      const first = askedIn(await ask('ask_once', { args: { ...args, then: true } }))
      const second = askedIn(
        await ask('ask_once', { args: { ...args, then: true }, requestState: first.requestState, inputResponses }),
      )
      const then = {
        args: { ...args, then: true },
        requestState: second.requestState,
        inputResponses: { then: accept({ name: 'Ada' }) },
      }
      expect(textOf(await ask('ask_once', then))).to.match(/^Counted/)
      expectRefused(await ask('ask_once', then))
    })

    it('is asked for if it comes without a state', async () => {
      askedIn(await ask('ask_once', { args, inputResponses }))
    })

    it('is refused after a restart, which has forgotten what was used; any other goes on', async () => {
      const once = askedIn(await ask('ask_once', { args }))
      const other = askedIn(await ask('ask_name'))
      await restart()
      expectRefused(await ask('ask_once', { args, requestState: once.requestState, inputResponses }))
      const named = { requestState: other.requestState, inputResponses: { user_name: accept({ name: 'Ada' }) } }
      expect(textOf(await ask('ask_name', named))).to.equal('Hello, Ada!')
    })
  })

  it('takes an answer that comes with the first request, as a client may that knows the question', async () => {
    const inputResponses = { user_name: accept({ name: 'Ada' }), unknown: accept({ foo: 'bar' }) }
    expect(textOf(await ask('ask_name', { inputResponses }))).to.equal('Hello, Ada!')
  })

  describe('a client that cannot be asked', () => {
    it('is answered -32021 and 400 with what it would have to declare', async () => {
      const answer = await ask('ask_model', { capabilities: { elicitation: {} } })
      expect(answer.status).to.equal(400)
      expect(answer.error()).to.deep.equal({
        code: -32021,
        message: 'The model of this client cannot be asked: it does not declare sampling.',
        data: { requiredCapabilities: { sampling: {} } },
      })
      expect((await host.audit()).at(-1)).to.include({ type: 'outcome', outcome: 'missing-capability' })
    })

    it('has only been asked what it declares, if the handler looks', async () => {
      const { inputRequests } = askedIn(await ask('ask_what_can_be_asked', { capabilities: { sampling: {} } }))
      expect(Object.values(inputRequests).map(({ method }) => method)).to.deep.equal(['sampling/createMessage'])
    })

    it('is one that has elicitation by URL alone', async () => {
      const answer = await ask('ask_name', { capabilities: { elicitation: { url: {} } } })
      expect(answer.error().code).to.equal(-32021)
    })

    it('is one of an older revision without a session, and hears why', async () => {
      const params = { name: 'ask_name', arguments: {} }
      const answer = await post(host.url, token, { jsonrpc: '2.0', id: 1, method: 'tools/call', params })
      expect(answer.status).to.equal(200)
      expect(answer.result()).to.deep.include({ isError: true })
      expect(textOf(answer)).to.match(/^This client cannot be asked for input: the call belongs to no session\. /)
    })

    it('is one that calls in a batch', async () => {
      const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'ask_name', arguments: {} } }
      const answer = await post(host.url, token, [call], { 'mcp-protocol-version': '2025-03-26' })
      expect(answer.text).to.include('This client cannot be asked for input: the call came in a batch.')
    })
  })

  it('ends a call that asks for ever', async () => {
    let answer = await ask('ask_forever')
    for (let round = 1; round <= 16; round++) {
      const { requestState } = askedIn(answer)
      answer = await ask('ask_forever', {
        requestState,
        inputResponses: { [`input-${String(round)}`]: accept({ ok: true }) },
      })
    }
    expect(answer.result()).to.deep.include({ isError: true })
    expect(textOf(answer)).to.equal('The tool asked the client more than 16 times.')
  })

  it('takes a schema that the protocol does not know for a fault of the tool', async () => {
    const answer = await ask('ask_badly')
    expect(textOf(answer)).to.match(/^The tool failed\. Correlation id: /)
    expect(host.log.join('\n')).to.include('may not be of type object')
  })

  /** The same configuration and folder, so the same keys; what was in memory is gone. */
  async function restart(): Promise<void> {
    await host.host.close()
    const file = join(host.folder, 'mcp.config.json')
    const config = await loadConfig({ file, folder: host.folder, environment: {} })
    const logger = createLogger({ level: 'silent', secrets: [] })
    again = await startHost({ config, mode: 'serve', logger, environment: {}, clock: () => now })
  }
})
