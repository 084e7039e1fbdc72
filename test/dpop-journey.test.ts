import {
  Client as ModernClient,
  DpopSession,
  extractWWWAuthenticateParams as modernParameters,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client'
import { extractWWWAuthenticateParams as classicParameters } from '@modelcontextprotocol/sdk/client/auth.js'
import { expect } from 'chai'
import { decodeJwt } from 'jose'
import { registerDpopClient } from './support/dpop-client.ts'
import { createDpopKey, type DpopKey } from './support/dpop-key.ts'
import { startTestHost, type TestHost } from './support/host.ts'
import { journeyClients, setOut } from './support/journey-clients.ts'
import { memoryOAuthProvider, type OAuthMemory } from './support/memory-oauth-provider.ts'
import { createPerson, type Person } from './support/person.ts'
import { mcpHeaders, post, send, type WireAnswer } from './support/wire.ts'

const password = 'correct horse battery'
const scope = 'fixture:read'
const call = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'fixture_echo', arguments: { text: 'hi' } },
}

const startHost = (mode: string, dpop?: Readonly<Record<string, unknown>>) =>
  startTestHost({
    embedded: true,
    config: { authority: { dpop: mode }, initialScopes: [scope], ...(dpop && { dpop }) },
    environment: { TOOLGATE_DEV_USER: 'ada', TOOLGATE_DEV_PASSWORD: password },
  })

const sitDown = (host: TestHost): Person => createPerson(host.origin, 'ada', password)

async function callWith(host: TestHost, key: DpopKey, token: string, claims = {}): Promise<WireAnswer> {
  const dpop = await key.proof({ url: host.url, token, claims })
  return post(host.url, undefined, call, { authorization: `DPoP ${token}`, dpop })
}

for (const mode of ['allowed', 'required'] as const) {
  describe(`the embedded authorization server with DPoP ${mode}`, () => {
    let host: TestHost
    let key: DpopKey
    before(async () => {
      host = await startHost(mode)
      key = await createDpopKey()
    })
    after(() => host.close())

    it('binds the token of a client that sends a proof, and the host takes it with proofs of that key alone', async () => {
      const answer = (await (await registerDpopClient(host, key)).signIn(sitDown(host), scope)).json()
      expect(answer.token_type).to.equal('DPoP')
      expect(answer).to.not.have.property('refresh_token')
      const token = String(answer.access_token)
      expect(decodeJwt(token).cnf).to.deep.equal({ jkt: key.thumbprint })
      expect((await callWith(host, key, token)).result()).to.have.property('content')
      const stolen = await callWith(host, await createDpopKey(), token)
      expect(stolen.status).to.equal(401)
      expect(stolen.headers['www-authenticate']).to.include('DPoP error="invalid_dpop_proof"')
      expect((await post(host.url, token, call)).status).to.equal(401)
    })

    it('takes a proof once at the token endpoint', async () => {
      const proof = await key.proof({ url: `${host.origin}/token` })
      const client = await registerDpopClient(host, key)
      const person = sitDown(host)
      expect((await client.signIn(person, scope, () => Promise.resolve(proof))).status).to.equal(200)
      const again = await client.signIn(person, scope, () => Promise.resolve(proof))
      expect(again.status).to.equal(400)
      expect(again.json().error).to.equal('invalid_grant')
    })

    it(mode === 'required' ? 'gives no token without a proof' : 'gives a plain token without a proof', async () => {
      const client = await registerDpopClient(host, key)
      const answer = await client.signIn(sitDown(host), scope, () => Promise.resolve(undefined))
      if (mode === 'required') {
        expect(answer.status).to.equal(400)
        expect(answer.json()).to.deep.include({ error: 'invalid_grant' })
        return
      }
      expect(answer.json().token_type).to.equal('Bearer')
      const called = await post(host.url, String(answer.json().access_token), call)
      expect(called.result()).to.have.property('content')
    })

    it('says so in both documents, and lets pages send proofs', async () => {
      const server = await send(host.origin, { path: '/.well-known/oauth-authorization-server' })
      const resource = await send(host.origin, { path: '/.well-known/oauth-protected-resource/mcp' })
      const algorithms = resource.json().dpop_signing_alg_values_supported
      expect(algorithms).to.be.an('array').that.includes('ES256')
      expect(server.json().dpop_signing_alg_values_supported).to.have.members(algorithms as string[])
      expect(resource.json().dpop_bound_access_tokens_required).to.equal(mode === 'required' ? true : undefined)
      const preflight = await send(host.origin, { method: 'OPTIONS', path: '/token' })
      expect(preflight.headers['access-control-allow-headers']).to.include('DPoP')
      expect(preflight.headers['access-control-expose-headers']).to.include('DPoP-Nonce')
    })
  })
}

for (const dpop of [undefined, { nonce: true }]) {
  describe(`the v2 client with a key of its own, ${dpop ? 'where nonces are asked for' : 'without nonces'}`, () => {
    let host: TestHost
    before(async () => {
      host = await startHost('required', dpop)
    })
    after(() => host.close())

    it('signs in, calls, and steps up by the DPoP challenge of the 403', async () => {
      const person = sitDown(host)
      const memory: OAuthMemory = {}
      const session = await DpopSession.create()
      const exchanges: string[] = []
      const fetcher: typeof fetch = async (input, init) => {
        const response = await fetch(input, init)
        exchanges.push(`${init?.method ?? 'GET'} ${new URL(response.url).pathname} ${String(response.status)}`)
        return response
      }
      const authProvider = { ...memoryOAuthProvider(memory), dpop: () => session }
      const open = async () => {
        const client = new ModernClient({ name: 'bound', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } })
        const transport = new ModernTransport(new URL(host.url), { authProvider, fetch: fetcher })
        return { client, transport, connect: () => client.connect(transport) }
      }
      const signIn = async (transport: ModernTransport) => {
        if (memory.authorizationUrl === undefined) throw new Error('nobody was sent to sign in')
        await transport.finishAuth((await person.visit(memory.authorizationUrl)).searchParams)
      }
      const first = await open()
      await first.connect().catch(() => signIn(first.transport))
      const { client, transport, connect } = await open()
      await connect()
      expect(memory.tokens?.token_type).to.equal('DPoP')
      expect((await client.callTool({ name: 'fixture_echo', arguments: { text: 'hi' } })).content).to.be.an('array')
      const before = exchanges.length
      const write = () => client.callTool({ name: 'fixture_write', arguments: {} })
      await write().catch(() => signIn(transport))
      expect((await write()).isError).to.not.equal(true)
      expect(exchanges.slice(before)).to.include.members(['POST /mcp 403', 'POST /token 200', 'POST /mcp 200'])
      await client.close()
      await first.client.close()
    })
  })
}

describe('clients without a key where DPoP is allowed', () => {
  let host: TestHost
  before(async () => {
    host = await startHost('allowed')
  })
  after(() => host.close())

  it('read the Bearer challenge of a 401 with two, by the parser of either SDK', async () => {
    const answer = await fetch(host.url, { method: 'POST', headers: mcpHeaders, body: JSON.stringify(call) })
    expect(answer.status).to.equal(401)
    expect(answer.headers.get('www-authenticate')).to.match(/^Bearer .*, DPoP .*algs=/)
    for (const read of [classicParameters, modernParameters]) {
      const { resourceMetadataUrl, scope: asked, error } = read(answer)
      expect(resourceMetadataUrl?.href).to.equal(`${host.origin}/.well-known/oauth-protected-resource/mcp`)
      expect([asked, error]).to.deep.equal([scope, undefined])
    }
  })

  for (const { name, create } of journeyClients) {
    it(`sign in and call as ever: ${name}`, async () => {
      const journey = await setOut(create, host.url, sitDown(host))
      expect(journey.memory.tokens?.token_type.toLowerCase()).to.equal('bearer')
      expect(await journey.call('fixture_echo', { text: 'hi' })).to.have.property('content')
      await journey.close()
    })
  }
})
