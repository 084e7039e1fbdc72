import { expect } from 'chai'
import { startTestHost, type TestHost } from './support/host.ts'
import { callTool, listTools, post, postModern, send, type WireAnswer } from './support/wire.ts'

const concealed = 'fixture_hidden'
const unknown = 'fixture_absent'

/** What a caller sees of an answer, with the one name replaced by the other. */
function seen({ status, headers, text }: WireAnswer): unknown {
  const { date: _date, 'content-length': _length, ...others } = headers
  return { status, headers: others, text: text.replaceAll(concealed, unknown) }
}

describe('a concealed tool', () => {
  let host: TestHost
  let token: string
  before(async () => {
    host = await startTestHost({ config: { tools: { [concealed]: { visibility: 'concealed' } } } })
    token = await host.token('fixture:read fixture:write')
  })
  after(() => host.close())

  const routes: Record<string, (name: string) => Promise<WireAnswer>> = {
    'tools/call of 2026-07-28': (name) => callTool('modern', host.url, token, name, { number: 1 }),
    'tools/call of 2025-11-25': (name) => callTool('legacy', host.url, token, name, { number: 1 }),
    'tools/call with arguments that do not match': (name) => callTool('modern', host.url, token, name, { number: 'x' }),
    'tools/call without arguments': (name) => callTool('legacy', host.url, token, name),
    'a batch of 2025-03-26': (name) =>
      post(host.url, token, [{ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } }]),
    'a header that differs': (name) =>
      postModern(host.url, token, { method: 'tools/call', params: { name } }, { 'mcp-name': 'other' }),
    'a progress token': (name) =>
      postModern(host.url, token, { method: 'tools/call', params: { name, _meta: { progressToken: 1 } } }),
    'completion/complete': (name) =>
      postModern(host.url, token, {
        method: 'completion/complete',
        params: { ref: { type: 'ref/prompt', name }, argument: { name: 'a', value: '' } },
      }),
    'prompts/get': (name) => postModern(host.url, token, { method: 'prompts/get', params: { name } }),
    'a path of the host': (name) => send(host.origin, { path: `/${name}` }),
  }
  for (const [route, ask] of Object.entries(routes)) {
    it(`is like an unknown one to the byte by ${route}`, async () => {
      expect(seen(await ask(concealed))).to.deep.equal(seen(await ask(unknown)))
    })
  }

  it('is answered with -32602 in HTTP 200 and never with a challenge', async () => {
    const answer = await callTool('modern', host.url, token, concealed, { number: 1 })
    expect(answer.status).to.equal(200)
    expect(answer.error()).to.deep.equal({ code: -32602, message: `Unknown tool: ${concealed}` })
    expect(answer.headers['www-authenticate']).to.equal(undefined)
  })

  it('stands in no list, no metadata, no first challenge and not on the page', async () => {
    const answers = [
      await listTools('modern', host.url, token),
      await listTools('legacy', host.url, token),
      await send(host.origin, { path: '/.well-known/oauth-protected-resource/mcp' }),
      await send(host.origin, { path: '/' }),
      await post(host.url, undefined, {}),
      await send(host.origin, { method: 'OPTIONS', path: '/mcp', headers: { origin: host.origin } }),
    ]
    for (const { text, headers } of answers) {
      expect(JSON.stringify([text, headers])).to.not.match(/fixture_hidden|fixture:secret|mcp-param-hidden/i)
    }
  })

  it('is an ordinary tool to a caller who holds its scopes', async () => {
    const holder = await host.token('fixture:secret')
    const answer = await callTool('modern', host.url, holder, concealed, { number: 1 })
    expect(answer.result().content).to.deep.equal([{ type: 'text', text: 'seen' }])
    expect((await listTools('legacy', host.url, holder)).text).to.include(concealed)
  })
})
