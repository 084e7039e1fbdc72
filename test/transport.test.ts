import { expect } from 'chai'
import { startTestHost, type TestHost } from './support/host.ts'
import { callTool, mcpHeaders, modernMeta, post, postModern, send } from './support/wire.ts'

describe('the transport', () => {
  let host: TestHost
  let token: string
  const ping = { jsonrpc: '2.0', id: 1, method: 'ping' }
  before(async () => {
    host = await startTestHost({
      config: {
        allowedOrigins: ['https://app.example'],
        allowedHosts: ['tools.example:8443'],
        limits: { bodyBytes: 250_000 },
      },
    })
    token = await host.token('fixture:read')
  })
  after(() => host.close())

  describe('Origin and Host', () => {
    for (const origin of [
      'https://attacker.example',
      'null',
      'http://127.0.0.1',
      'https://app.example.attacker.example',
      '',
    ]) {
      it(`responds 403 to the origin ${JSON.stringify(origin)}`, async () => {
        expect((await post(host.url, token, ping, { origin })).status).to.equal(403)
      })
    }

    it('lets an allowed origin read the challenge, without credentials', async () => {
      const answer = await post(host.url, undefined, ping, { origin: 'https://app.example' })
      expect(answer.status).to.equal(401)
      expect(answer.headers['access-control-allow-origin']).to.equal('https://app.example')
      expect(answer.headers['access-control-expose-headers']).to.include('WWW-Authenticate')
      expect(answer.headers['access-control-expose-headers']).to.include('Mcp-Session-Id')
      expect(answer.headers['access-control-allow-credentials']).to.equal(undefined)
    })

    it('answers a preflight of an allowed origin without a token', async () => {
      const headers = { origin: 'https://app.example', 'access-control-request-method': 'POST' }
      const answer = await send(host.origin, { method: 'OPTIONS', path: '/mcp', headers })
      expect(answer.status).to.equal(204)
      expect(answer.headers['access-control-allow-methods']).to.equal('POST, GET, DELETE')
      for (const name of ['Authorization', 'MCP-Protocol-Version', 'Mcp-Method', 'Mcp-Name', 'Mcp-Param-Region']) {
        expect(answer.headers['access-control-allow-headers']).to.include(name)
      }
    })

    it('responds 403 to a preflight of another origin', async () => {
      const answer = await send(host.origin, {
        method: 'OPTIONS',
        path: '/mcp',
        headers: { origin: 'https://attacker.example' },
      })
      expect(answer.status).to.equal(403)
      expect(answer.headers['access-control-allow-origin']).to.equal(undefined)
    })

    for (const name of [
      'attacker.example',
      'localhost',
      '127.0.0.1',
      '127.0.0.1:1',
      '127.0.0.1.attacker.example',
      'tools.example',
    ]) {
      it(`responds 403 to the host ${name} and gives the right URL`, async () => {
        const answer = await post(host.url, token, ping, { host: name })
        expect(answer.status).to.equal(403)
        expect(answer.text).to.include(host.url)
      })
    }

    it('takes an allowed host', async () => {
      expect((await post(host.url, token, ping, { host: 'Tools.example:8443' })).status).to.equal(200)
    })
  })

  describe('methods', () => {
    for (const method of ['GET', 'DELETE', 'PUT', 'PATCH', 'HEAD']) {
      it(`responds 405 to ${method} before it asks for a token`, async () => {
        const answer = await send(host.origin, { method, path: '/mcp' })
        expect(answer.status).to.equal(405)
        expect(answer.headers.allow).to.equal('POST, OPTIONS')
      })
    }
  })

  describe('the body', () => {
    it('responds 415 to another media type, another charset and a compressed body', async () => {
      for (const headers of [
        { 'content-type': 'text/plain' },
        { 'content-type': 'application/json; charset=utf-16' },
        { 'content-type': 'application/json-patch' },
        { 'content-encoding': 'gzip' },
      ]) {
        expect((await post(host.url, token, ping, headers)).status, JSON.stringify(headers)).to.equal(415)
      }
    })

    it('takes a charset of UTF-8', async () => {
      expect(
        (await post(host.url, token, ping, { 'content-type': 'application/json; charset="UTF-8"' })).status,
      ).to.equal(200)
    })

    it('responds 406 to an Accept that lacks either media type', async () => {
      for (const accept of ['application/json', 'text/event-stream', '*/*', 'text/html']) {
        expect((await post(host.url, token, ping, { accept })).status, accept).to.equal(406)
      }
    })

    it('responds 413 to a declared length over the limit and closes the connection', async () => {
      const answer = await post(host.url, token, JSON.stringify({ ...ping, params: { filler: 'x'.repeat(400_000) } }))
      expect(answer.status).to.equal(413)
      expect(answer.headers.connection).to.equal('close')
    })

    it('responds 413 to a chunked body over the limit', async () => {
      const headers = { ...mcpHeaders, authorization: `Bearer ${token}`, 'transfer-encoding': 'chunked' }
      const answer = await send(host.origin, {
        method: 'POST',
        path: '/mcp',
        headers,
        body: `"${'x'.repeat(400_000)}"`,
      })
      expect(answer.status).to.equal(413)
    })

    const unreadable: Record<string, string | Buffer> = {
      'no JSON': '{',
      'an empty body': '',
      'bytes that are not UTF-8': Buffer.from([0x22, 0xff, 0x22]),
      'a byte order mark': '\uFEFF{}',
      'nesting over 64': '['.repeat(65) + ']'.repeat(65),
      'more than 100,000 values': `[${'0,'.repeat(49_999)}0]`.replace('0', `[${'1,'.repeat(50_001)}1]`),
      'nesting of 50,000': '['.repeat(50_000),
    }
    for (const [name, body] of Object.entries(unreadable)) {
      it(`responds 400 -32700 to ${name}`, async () => {
        const headers = { ...mcpHeaders, authorization: `Bearer ${token}` }
        const answer = await send(host.origin, { method: 'POST', path: '/mcp', headers, body })
        expect(answer.status).to.equal(400)
        expect(answer.error().code).to.equal(-32700)
      })
    }

    it('does not count brackets inside strings', async () => {
      const answer = await post(host.url, token, { ...ping, params: { text: '[{"'.repeat(100) } })
      expect(answer.status).to.equal(200)
    })

    const bad: Record<string, unknown> = {
      'a number': 1,
      null: null,
      'no jsonrpc': { id: 1, method: 'ping' },
      'another jsonrpc': { ...ping, jsonrpc: '1.0' },
      'a method that is no string': { ...ping, method: 1 },
      'an id that is null': { ...ping, id: null },
      'an id that is an object': { ...ping, id: {} },
      'params that are a list': { ...ping, params: [] },
      'a JSON-RPC response': { jsonrpc: '2.0', id: 1, result: {} },
    }
    for (const [name, message] of Object.entries(bad)) {
      it(`responds 400 -32600 to a bad envelope: ${name}`, async () => {
        const answer = await post(host.url, token, message)
        expect(answer.status).to.equal(400)
        expect(answer.error().code).to.equal(-32600)
      })
    }

    it('responds 202 without a body to a notification', async () => {
      const answer = await post(host.url, token, { jsonrpc: '2.0', method: 'notifications/initialized' })
      expect(answer.status).to.equal(202)
      expect(answer.text).to.equal('')
    })
  })

  describe('mirrored headers', () => {
    const call = { method: 'tools/call', params: { name: 'fixture_echo', arguments: { text: 'x' } } }
    const wrong: Record<string, Record<string, string | string[] | undefined>> = {
      'no MCP-Protocol-Version': { 'mcp-protocol-version': undefined },
      'another MCP-Protocol-Version': { 'mcp-protocol-version': '2025-11-25' },
      'no Mcp-Method': { 'mcp-method': undefined },
      'another Mcp-Method': { 'mcp-method': 'tools/list' },
      'an Mcp-Method in another case': { 'mcp-method': 'Tools/Call' },
      'no Mcp-Name': { 'mcp-name': undefined },
      'another Mcp-Name': { 'mcp-name': 'fixture_write' },
      'a badly encoded Mcp-Name': { 'mcp-name': '=?base64?Zml4*?=' },
      'Mcp-Method twice': { 'mcp-method': ['tools/call', 'tools/call'] },
      'Mcp-Name twice': { 'mcp-name': ['fixture_echo', 'fixture_echo'] },
      'MCP-Protocol-Version twice': { 'mcp-protocol-version': ['2026-07-28', '2026-07-28'] },
    }
    for (const [name, headers] of Object.entries(wrong)) {
      it(`responds 400 -32020 to ${name}`, async () => {
        const answer = await postModern(host.url, token, call, headers)
        expect(answer.status).to.equal(400)
        expect(answer.error().code).to.equal(-32020)
      })
    }

    it('takes an encoded Mcp-Name', async () => {
      const encoded = `=?base64?${Buffer.from('fixture_echo').toString('base64')}?=`
      expect((await postModern(host.url, token, call, { 'mcp-name': encoded })).status).to.equal(200)
    })

    it('responds 400 -32020 whatever the revision if a header that is sent differs', async () => {
      const message = { jsonrpc: '2.0', id: 1, ...call }
      for (const headers of [{ 'mcp-method': 'tools/list' }, { 'mcp-name': 'fixture_write' }]) {
        const answer = await post(host.url, token, message, { 'mcp-protocol-version': '2025-11-25', ...headers })
        expect(answer.status).to.equal(400)
        expect(answer.error().code).to.equal(-32020)
      }
    })

    describe('of parameters', () => {
      const named = { method: 'tools/call', params: { name: 'fixture_header', arguments: { region: 'eu' } } }

      it('lets an equal one through', async () => {
        expect((await postModern(host.url, token, named, { 'mcp-param-region': 'eu' })).status).to.equal(200)
      })

      for (const [name, value] of Object.entries({
        missing: undefined,
        different: 'us',
        repeated: ['eu', 'eu'],
        'badly encoded': '=?base64?*?=',
      })) {
        it(`responds 400 -32020 to one that is ${name}`, async () => {
          const answer = await postModern(host.url, token, named, { 'mcp-param-region': value })
          expect(answer.status).to.equal(400)
          expect(answer.error().code).to.equal(-32020)
        })
      }

      for (const args of [{}, { region: null }, { region: {} }]) {
        it(`responds 400 -32020 to one whose argument is no text: ${JSON.stringify(args)}`, async () => {
          const call = { method: 'tools/call', params: { name: 'fixture_header', arguments: args } }
          for (const value of ['eu', '', 'null', '=?base64?*?=']) {
            const answer = await postModern(host.url, token, call, { 'mcp-param-region': value })
            expect(answer.error().code).to.equal(-32020)
          }
        })
      }

      it('looks at them only once the call is allowed', async () => {
        const answer = await postModern(host.url, await host.token('second:read'), named)
        expect(answer.status).to.equal(403)
      })
    })
  })

  describe('revision 2026-07-28', () => {
    it('responds 400 -32022 to an unsupported version, with what is supported and what was asked for', async () => {
      const _meta = { ...modernMeta, 'io.modelcontextprotocol/protocolVersion': '2099-01-01' }
      const answer = await postModern(
        host.url,
        token,
        { method: 'tools/list', params: { _meta } },
        { 'mcp-protocol-version': '2099-01-01' },
      )
      expect(answer.status).to.equal(400)
      expect(answer.error()).to.deep.include({
        code: -32022,
        data: { supported: ['2026-07-28'], requested: '2099-01-01' },
      })
    })

    it('responds 400 -32602 to missing _meta', async () => {
      const message = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
      const answer = await post(host.url, token, message, {
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/list',
      })
      expect(answer.status).to.equal(400)
      expect(answer.error().code).to.equal(-32602)
    })

    for (const method of ['ping', 'initialize', 'logging/setLevel', 'resources/subscribe', 'no/such']) {
      it(`responds 404 -32601 to ${method}`, async () => {
        const params = { protocolVersion: '2026-07-28', capabilities: {}, clientInfo: { name: 'x', version: '1' } }
        const answer = await postModern(host.url, token, { method, params })
        expect(answer.status).to.equal(404)
        expect(answer.error().code).to.equal(-32601)
      })
    }

    it('answers server/discover', async () => {
      const answer = await postModern(host.url, token, { method: 'server/discover' })
      expect(answer.result()).to.deep.include({
        supportedVersions: ['2026-07-28'],
        capabilities: { tools: {}, logging: {} },
      })
    })

    it('marks lists as private', async () => {
      const answer = await postModern(host.url, token, { method: 'tools/list' })
      expect(answer.result()).to.include({ cacheScope: 'private' })
      expect(answer.result().ttlMs).to.be.a('number')
    })
  })

  describe('earlier revisions', () => {
    for (const version of ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05']) {
      it(`negotiates ${version}, without a session`, async () => {
        const params = { protocolVersion: version, capabilities: {}, clientInfo: { name: 'x', version: '1' } }
        const answer = await post(host.url, token, { jsonrpc: '2.0', id: 'i', method: 'initialize', params })
        expect(answer.result().protocolVersion).to.equal(version)
        expect(answer.headers['mcp-session-id']).to.equal(undefined)
      })
    }

    it('offers its newest to a client of an unknown revision', async () => {
      const params = { protocolVersion: '1999-01-01', capabilities: {}, clientInfo: { name: 'x', version: '1' } }
      const answer = await post(host.url, token, { jsonrpc: '2.0', id: 1, method: 'initialize', params })
      expect(answer.result().protocolVersion).to.equal('2025-11-25')
    })

    it('responds 400 to a version header that it does not speak', async () => {
      expect((await post(host.url, token, ping, { 'mcp-protocol-version': '1999-01-01' })).status).to.equal(400)
    })

    it('answers -32601 in HTTP 200 to an unknown method', async () => {
      const answer = await post(host.url, token, { ...ping, method: 'no/such' })
      expect(answer.status).to.equal(200)
      expect(answer.error().code).to.equal(-32601)
    })
  })

  it('echoes ids of every form', async () => {
    for (const id of ['a', '', 0, -1, 9_007_199_254_740_991, '"\\\u2028']) {
      const answer = await post(host.url, token, { jsonrpc: '2.0', id, method: 'tools/list' })
      expect(answer.json().id).to.equal(id)
    }
  })

  it('answers health and readiness with a word, whatever the host', async () => {
    for (const path of ['/healthz', '/readyz']) {
      const answer = await send(host.origin, { path, headers: { host: 'probe.example' } })
      expect(answer.text).to.match(/^(ok|not ready)$/)
    }
    await callTool('modern', host.url, token, 'fixture_anyone')
    expect((await send(host.origin, { path: '/readyz' })).status).to.equal(200)
  })
})
