import { expect } from 'chai'
import { askedIn, everything, startAskingHost } from './support/asking/asking-host.ts'
import { openSession } from './support/asking/session-client.ts'
import type { TestHost } from './support/host.ts'
import { post, postModern } from './support/wire.ts'

const accept = { action: 'accept', content: { name: 'Ada' } }

describe('prompts and resources that ask their client', () => {
  let host: TestHost
  let token: string
  before(async () => {
    host = await startAskingHost()
    token = await host.token('ask:use')
  })
  after(() => host.close())

  const ask = (
    method: string,
    params: Readonly<Record<string, unknown>>,
    capabilities: Readonly<Record<string, unknown>> = everything,
  ) => {
    const _meta = { 'io.modelcontextprotocol/clientCapabilities': capabilities }
    const name = params['uri'] ?? params['name']
    return postModern(host.url, token, { method, params: { ...params, _meta } }, { 'mcp-name': String(name) })
  }
  const prompt = { name: 'ask_prompt', arguments: { style: 'long' } }
  const resource = { uri: 'ask://roots' }

  it('get a prompt in two rounds, each on record', async () => {
    const before = (await host.audit()).length
    const { inputRequests, requestState } = askedIn(await ask('prompts/get', prompt))
    expect(inputRequests['user_context']?.params['message']).to.equal('The context of a long text?')
    const answer = await ask('prompts/get', { ...prompt, requestState, inputResponses: { user_context: accept } })
    expect(answer.result()).to.deep.include({ resultType: 'complete' })
    expect(answer.text).to.include('In the context of Ada.')
    const records = (await host.audit()).slice(before)
    expect(records.map((record) => (record.type === 'outcome' ? record.outcome : record.type))).to.deep.equal([
      'decision',
      'input-required',
      'decision',
      'ok',
    ])
  })

  it('read a resource in two rounds', async () => {
    const { inputRequests, requestState } = askedIn(await ask('resources/read', resource))
    expect(inputRequests['client_roots']).to.deep.equal({ method: 'roots/list', params: {} })
    const inputResponses = { client_roots: { roots: [{ uri: 'file:///work' }] } }
    expect((await ask('resources/read', { ...resource, requestState, inputResponses })).text).to.include('file:///work')
  })

  it('take no state of another request', async () => {
    const { requestState } = askedIn(await ask('prompts/get', prompt))
    const inputResponses = { user_context: accept, client_roots: { roots: [] } }
    for (const [method, params] of [
      ['prompts/get', { ...prompt, arguments: { style: 'short' } }],
      ['resources/read', resource],
      ['prompts/get', { ...prompt, requestState: `${requestState}-TAMPERED` }],
    ] as const) {
      const answer = await ask(method, { requestState, inputResponses, ...params })
      expect(answer.error().code).to.equal(-32602)
    }
    expect((await host.audit()).at(-1)).to.include({ outcome: 'invalid-input' })
  })

  it('refuse an answer of another shape', async () => {
    const { requestState } = askedIn(await ask('prompts/get', prompt))
    const answer = await ask('prompts/get', { ...prompt, requestState, inputResponses: { user_context: 5 } })
    expect(answer.error().code).to.equal(-32602)
  })

  it('respond -32021 to a client that cannot be asked, and a failure in words at older revisions', async () => {
    const modern = await ask('prompts/get', prompt, {})
    expect([modern.status, modern.error().code]).to.deep.equal([400, -32021])
    const message = { jsonrpc: '2.0', id: 1, method: 'prompts/get', params: prompt }
    const legacy = await post(host.url, token, message, { 'mcp-protocol-version': '2025-11-25' })
    expect(legacy.error().message).to.include('the call belongs to no session')
  })

  it('never ask for a completion', async () => {
    const params = { ref: { type: 'ref/prompt', name: 'ask_prompt' }, argument: { name: 'style', value: '' } }
    const message = { method: 'completion/complete', params: { ...params, inputResponses: null, requestState: 'x' } }
    expect((await postModern(host.url, token, message)).result()).to.not.include({ resultType: 'input_required' })
  })

  it('ask in a session too', async () => {
    const session = await openSession(host.url, token)
    const got = await session.stream({ jsonrpc: '2.0', id: 3, method: 'prompts/get', params: prompt })
    await session.post({ jsonrpc: '2.0', id: (await got.message())['id'], result: accept })
    expect(JSON.stringify(await got.message())).to.include('In the context of Ada.')
  })
})
