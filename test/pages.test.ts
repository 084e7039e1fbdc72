import { expect } from 'chai'
import { startTestHost, type TestHost } from './support/host.ts'
import { send } from './support/wire.ts'

describe('pages for a person', () => {
  let host: TestHost
  const browser = { accept: 'text/html,application/xhtml+xml' }
  before(async () => {
    host = await startTestHost({
      config: {
        title: 'Tools of <b>Acme</b>',
        scopes: { 'fixture:read': { description: 'Read the fixture' } },
        initialScopes: ['fixture:read', 'second:read'],
      },
    })
  })
  after(() => host.close())

  it('says at / what this is, the MCP URL, lines for clients and what sign-in asks for', async () => {
    const { status, headers, text } = await send(host.origin, { path: '/', headers: browser })
    expect(status).to.equal(200)
    expect(headers['content-type']).to.match(/^text\/html/)
    expect(text).to.include('MCP tool host').and.include(host.url)
    for (const client of ['Claude Code', 'VS Code', 'Cursor', 'Codex', 'ChatGPT', 'Gemini CLI', 'Goose', 'Inspector']) {
      expect(text).to.include(client)
    }
    expect(text).to.include('Read the fixture').and.include('second:read').and.not.include('undefined')
  })

  it('names no tool before sign-in', async () => {
    const { text } = await send(host.origin, { path: '/', headers: browser })
    expect(text).to.not.match(/fixture_|second_/)
  })

  it('escapes what the configuration says', async () => {
    const { text } = await send(host.origin, { path: '/', headers: browser })
    expect(text).to.include('Tools of &lt;b&gt;Acme&lt;/b&gt;')
  })

  it('may not be framed and runs no script', async () => {
    const { headers, text } = await send(host.origin, { path: '/', headers: browser })
    expect(headers['content-security-policy']).to.include("default-src 'none'").and.include("frame-ancestors 'none'")
    expect(text).to.not.include('<script')
  })

  it('gives a browser at the MCP URL the same status and headers, with a readable body', async () => {
    const page = await send(host.origin, { path: '/mcp', headers: browser })
    const plain = await send(host.origin, { path: '/mcp' })
    expect(page.status).to.equal(plain.status)
    expect(page.headers.allow).to.equal(plain.headers.allow)
    expect(page.text).to.include('MCP endpoint').and.include('<html')
  })

  it('gives a browser elsewhere a 404 in words', async () => {
    const page = await send(host.origin, { path: '/nothing', headers: browser })
    expect(page.status).to.equal(404)
    expect(page.text).to.include('<html')
  })
})
