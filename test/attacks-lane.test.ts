import { expect } from 'chai'
import { startTestHost, type TestHost } from './support/host.ts'
import { listTools, modernMeta, post, type WireAnswer } from './support/wire.ts'

/** A sound call, as it may be spoiled. */
interface Parts {
  readonly body: Record<string, unknown>
  readonly headers: Record<string, string>
}

/** What is wrong with a request that is otherwise alike to one that was answered. */
const spoils: Readonly<Record<string, (parts: Parts) => Parts>> = {
  'a name in the header that the body does not name': ({ body, headers }) => ({
    body,
    headers: { ...headers, 'mcp-name': 'toolgate_access' },
  }),
  'no name in the header': ({ body, headers: { 'mcp-name': _name, ...headers } }) => ({ body, headers }),
  'a name in another spelling': ({ body, headers }) => ({
    body,
    headers: { ...headers, 'mcp-name': 'Fixture_anyone' },
  }),
  'another method in the header': ({ body, headers }) => ({
    body,
    headers: { ...headers, 'mcp-method': 'tools/list' },
  }),
  'no method in the header': ({ body, headers: { 'mcp-method': _method, ...headers } }) => ({ body, headers }),
  'no revision in the header': ({ body, headers: { 'mcp-protocol-version': _revision, ...headers } }) => ({
    body,
    headers,
  }),
  'an empty revision in the header': ({ body, headers }) => ({
    body,
    headers: { ...headers, 'mcp-protocol-version': '' },
  }),
  'another revision in the header': ({ body, headers }) => ({
    body,
    headers: { ...headers, 'mcp-protocol-version': '2025-11-25' },
  }),
  'an id that is no whole number': ({ body, headers }) => ({ body: { ...body, id: 1.5 }, headers }),
  'the id null': ({ body, headers }) => ({ body: { ...body, id: null }, headers }),
  'a further member': ({ body, headers }) => ({ body: { ...body, result: {} }, headers }),
  'a further member of a prototype': ({ body, headers }) => ({
    body: { ...body, ...(JSON.parse('{"__proto__":{}}') as object), constructor: {} },
    headers,
  }),
  'another version of JSON-RPC': ({ body, headers }) => ({ body: { ...body, jsonrpc: '2.1' }, headers }),
  'params that are a list': ({ body, headers }) => ({ body: { ...body, params: [body['params']] }, headers }),
}

describe('whoever sends what is nearly alike to a request that was answered', () => {
  let host: TestHost
  let token: string
  let count = 0
  before(async () => {
    host = await startTestHost()
    token = await host.token('x')
  })
  after(() => host.close())

  /** By another client each time, so that its `_meta` was not seen before. */
  const sound = (client: string): Parts => ({
    body: {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        name: 'fixture_anyone',
        arguments: {},
        _meta: { ...modernMeta, 'io.modelcontextprotocol/clientInfo': { name: client, version: '1' } },
      },
    },
    headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'fixture_anyone' },
  })
  const ask = ({ body, headers }: Parts) => post(host.url, token, body, headers)
  const shown = ({ status, text }: WireAnswer) => [status, text.replaceAll(/[0-9a-f-]{36}/g, 'id')]

  for (const [what, spoil] of Object.entries(spoils)) {
    it(`is answered as if there had been none: ${what}`, async () => {
      const fresh = await ask(spoil(sound(`client-${String(++count)}`)))
      const known = sound(`client-${String(++count)}`)
      const answers = [await ask(known), await ask(known)]
      const after = await ask(spoil(known))
      expect(answers.map(({ status }) => status)).to.deep.equal([200, 200])
      expect(shown(after)).to.deep.equal(shown(fresh))
      if (what !== 'a further member of a prototype') expect(after.status).to.equal(400)
    })
  }

  it('lists what is its own, whoever listed before', async () => {
    const scopes = [
      'x',
      'fixture:read',
      'fixture:read fixture:write',
      'fixture:write',
      'fixture:admin',
      '__proto__',
      'constructor',
    ]
    const lone = new Map<string, string>()
    for (const scope of scopes) {
      const own = await startTestHost()
      lone.set(scope, (await listTools('modern', own.url, await own.token(scope))).text)
      await own.close()
    }
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(
        scopes.map(async (scope) => (await listTools('modern', host.url, await host.token(scope))).text),
      )
      expect(answers).to.deep.equal(scopes.map((scope) => lone.get(scope)))
    }
  })
})
