import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { runToolgate } from './support/run-toolgate.ts'

const folder = import.meta.dirname

describe('toolgate connect', () => {
  it('prints the line of one client alone on standard output', async () => {
    const { code, stdout, stderr } = await runToolgate(
      [
        'connect',
        'claude-code',
        '--url',
        'https://tools.example.com/mcp',
        '--name',
        'acme',
        '--scopes',
        'a:read b:write',
      ],
      { folder },
    )
    expect(code).to.equal(0)
    expect(stdout).to.equal(
      `claude mcp add-json acme '{"type":"http","url":"https://tools.example.com/mcp","oauth":{"scopes":"a:read b:write"}}'\n`,
    )
    expect(stderr).to.match(/^Where: /)
  })

  it('prints all clients', async () => {
    const { stdout } = await runToolgate(['connect', '--url', 'http://127.0.0.1:1/mcp', '--name', 'x'], { folder })
    for (const id of 'claude claude-code vscode cursor codex chatgpt gemini-cli goose inspector'.split(' ')) {
      expect(stdout).to.contain(`(toolgate connect ${id})`)
    }
    expect(stdout).to.contain('calls from the internet')
  })

  it('pins what the running host advertises', async () => {
    const server = createServer((request, response) => {
      response.statusCode = request.url === '/.well-known/oauth-protected-resource/mcp' ? 200 : 404
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify({ scopes_supported: ['notes:read', 'notes:write'] }))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    try {
      const url = `http://127.0.0.1:${String(port)}/mcp`
      const { stdout } = await runToolgate(['connect', 'codex', '--url', url, '--name', 'x'], { folder })
      expect(stdout).to.contain('scopes = ["notes:read", "notes:write"]')
    } finally {
      server.close()
    }
  })

  it('says so when the host does not answer', async () => {
    const { stdout, stderr } = await runToolgate(['connect', 'codex', '--url', 'http://127.0.0.1:1/mcp'], { folder })
    expect(stdout).not.to.contain('scopes')
    expect(stderr).to.contain('no scopes are pinned')
  })

  it('prints JSON with source and day', async () => {
    const args = ['connect', 'vscode', '--json', '--url', 'https://tools.example.com/mcp', '--name', 'x']
    const lines = JSON.parse((await runToolgate(args, { folder })).stdout) as object[]
    expect(lines).to.have.length(1)
    expect(lines[0]).to.include.keys('id', 'text', 'link', 'source', 'checkedOn', 'note')
  })

  it('names the clients it knows', async () => {
    const { code, stderr } = await runToolgate(['connect', 'emacs', '--url', 'https://tools.example.com/mcp'], {
      folder,
    })
    expect(code).to.equal(2)
    expect(stderr).to.match(/^toolgate: no line for the client "emacs"\. Known are claude, .+ inspector\.\n$/)
  })

  describe('--stdio', () => {
    let path: string
    before(async () => {
      path = await mkdtemp(join(tmpdir(), 'toolgate-'))
      const config = { name: 'acme', authorizationServers: [{ issuer: 'https://auth.example' }] }
      await writeFile(join(path, 'mcp.config.json'), JSON.stringify(config))
    })
    after(() => rm(path, { recursive: true, force: true }))

    it('prints the command that the client starts, with absolute paths and the scopes', async () => {
      const { stdout } = await runToolgate(['connect', '--stdio', 'claude-code', '--scopes', 'a:read b:write'], {
        folder: path,
      })
      const file = join(path, 'mcp.config.json')
      expect(stdout).to.equal(
        `claude mcp add acme -- npx --prefix ${path} toolgate stdio --config ${file} --scopes 'a:read b:write'\n`,
      )
    })

    it('prints all clients that can start one, and says that none of them holds a scope', async () => {
      const { stdout, stderr } = await runToolgate(['connect', '--stdio'], { folder: path })
      for (const id of 'claude-code claude-desktop vscode cursor codex gemini-cli'.split(' ')) {
        expect(stdout).to.contain(`(toolgate connect --stdio ${id})`)
      }
      expect(stdout).to.not.contain('--scopes')
      expect(stderr).to.contain('holds no scopes')
    })

    it('has no use for an address', async () => {
      const args = ['connect', '--stdio', '--url', 'https://tools.example.com/mcp']
      const { code, stderr } = await runToolgate(args, { folder: path })
      expect(code).to.equal(2)
      expect(stderr).to.include('--url is of no use with --stdio')
    })
  })
})
