import { expect } from 'chai'
import { startTestHost, type TestHost } from './support/host.ts'
import { send } from './support/wire.ts'

describe('discovery', () => {
  let host: TestHost
  before(async () => {
    host = await startTestHost({ config: { tools: { fixture_hidden: { visibility: 'concealed' } } } })
  })
  after(() => host.close())

  for (const path of ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource']) {
    it(`serves the protected resource metadata at ${path} to everybody`, async () => {
      const answer = await send(host.origin, { path })
      expect(answer.status).to.equal(200)
      expect(answer.headers).to.include({ 'access-control-allow-origin': '*' })
      expect(answer.headers['access-control-allow-credentials']).to.equal(undefined)
      expect(answer.headers['cache-control']).to.match(/max-age=\d+/)
      expect(answer.headers['content-type']).to.match(/^application\/json/)
      const document = answer.json()
      expect(document.resource).to.equal(host.url)
      expect(document.authorization_servers).to.deep.equal([host.issuer.issuer])
      expect(document.bearer_methods_supported).to.deep.equal(['header'])
      expect(document.resource_name).to.equal('Fixture tools')
    })
  }

  it('names every scope of a tool that is not concealed, and never offline_access', async () => {
    const answer = await send(host.origin, { path: '/.well-known/oauth-protected-resource/mcp' })
    expect(answer.json().scopes_supported).to.deep.equal([
      'fixture:admin',
      'fixture:audit',
      'fixture:change',
      'fixture:force',
      'fixture:operate',
      'fixture:read',
      'fixture:write',
      'second:read',
    ])
  })

  it('has no nulls and no empty arrays in the document', async () => {
    const answer = await send(host.origin, { path: '/.well-known/oauth-protected-resource/mcp' })
    expect(answer.text).to.not.match(/null|\[\]/)
  })

  it('responds 404 to another path suffix', async () => {
    const answer = await send(host.origin, { path: '/.well-known/oauth-protected-resource/other' })
    expect(answer.status).to.equal(404)
  })

  it('responds 204 with CORS headers to OPTIONS and 405 with Allow to another method', async () => {
    const path = '/.well-known/oauth-protected-resource/mcp'
    const preflight = await send(host.origin, { method: 'OPTIONS', path, headers: { origin: 'https://any.example' } })
    expect(preflight.status).to.equal(204)
    expect(preflight.headers).to.include({ 'access-control-allow-origin': '*' })
    const posted = await send(host.origin, { method: 'POST', path })
    expect(posted.status).to.equal(405)
    expect(posted.headers.allow).to.include('GET')
  })

  it('responds 404 for authorization server metadata with an external issuer', async () => {
    const answer = await send(host.origin, { path: '/.well-known/oauth-authorization-server' })
    expect(answer.status).to.equal(404)
  })

  it('derives nothing from forwarded headers', async () => {
    const headers = {
      'x-forwarded-host': 'attacker.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=attacker.example;proto=https',
    }
    const document = await send(host.origin, { path: '/.well-known/oauth-protected-resource/mcp', headers })
    const refused = await send(host.origin, { method: 'POST', path: '/mcp', headers })
    expect(document.text).to.not.include('attacker')
    expect(refused.headers['www-authenticate']).to.not.include('attacker')
  })

  describe('with legacyMetadataCopy', () => {
    let copying: TestHost
    before(async () => {
      copying = await startTestHost({ config: { legacyMetadataCopy: true } })
    })
    after(() => copying.close())

    it("serves the last validated copy of the issuer's document", async () => {
      const token = await copying.token('fixture:read')
      await send(copying.origin, { method: 'POST', path: '/mcp', headers: { authorization: `Bearer ${token}` } })
      const answer = await send(copying.origin, { path: '/.well-known/oauth-authorization-server' })
      expect(answer.status).to.equal(200)
      expect(answer.json().issuer).to.equal(copying.issuer.issuer)
    })
  })
})
