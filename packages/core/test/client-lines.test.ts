import { execFileSync } from 'node:child_process'
import { expect } from 'chai'
import { clientLines } from '../src/clients/client-lines.ts'
import { quoteForShell } from '../src/clients/quote-for-shell.ts'

const plain = { url: 'https://tools.example.com/mcp', name: 'acme-tools', scopes: ['notes:read', 'notes:write'] }
const awkward = {
  url: "http://127.0.0.1:8787/mcp?a=1&b='2'",
  name: "Ann's tools $(id)",
  scopes: ["it's:read", 'b$c:"d'],
}

/** The words that a POSIX shell makes of a line, without running what it names. */
function shellWords(line: string): string[] {
  const printed = execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' })
  return printed.split('\n').slice(0, -1)
}

function lineOf(id: string) {
  const line = clientLines.find((candidate) => candidate.id === id)
  if (line === undefined) throw new TypeError(`no line ${id}`)
  return line
}

function parsed(text: string | undefined): unknown {
  return JSON.parse(text ?? '')
}

describe('the table of client lines', () => {
  it('has the nine clients, each with a unique id, a day and a source', () => {
    expect(clientLines.map((line) => line.id)).to.deep.equal([
      'claude',
      'claude-code',
      'vscode',
      'cursor',
      'codex',
      'chatgpt',
      'gemini-cli',
      'goose',
      'inspector',
    ])
    for (const line of clientLines) {
      expect(line.checkedOn).to.match(/^\d{4}-\d\d-\d\d$/)
      expect(Number.isNaN(Date.parse(line.checkedOn))).to.equal(false)
      expect(new URL(line.source).protocol).to.equal('https:')
      expect(line.note).to.match(/\.$/)
    }
  })

  for (const input of [plain, awkward]) {
    describe(`for the host ${input.name}`, () => {
      for (const line of clientLines) {
        it(`renders ${line.name} as a valid ${line.kind}`, () => {
          const text = line.render(input)
          if (line.kind === 'json') JSON.parse(text)
          if (line.kind === 'link') new URL(text)
          if (line.kind === 'command') expect(shellWords(text)[0]).to.match(/^(claude|code|npx)$/)
          if (line.kind === 'steps') expect(text).to.match(/^1\. .+\n2\. /)
          if (line.link !== undefined) new URL(line.link(input))
        })
      }
    })
  }

  for (const line of clientLines) {
    it(`${line.pinsScopes ? 'pins' : 'does not mention'} the scopes for ${line.name}`, () => {
      expect(line.render(plain).includes('notes:write')).to.equal(line.pinsScopes)
    })
  }

  it('hands Claude Code one JSON word with the scopes in one string', () => {
    const words = shellWords(lineOf('claude-code').render(awkward))
    expect(words.slice(0, 4)).to.deep.equal(['claude', 'mcp', 'add-json', 'Ann-s-tools-id'])
    expect(parsed(words[4])).to.deep.equal({
      type: 'http',
      url: awkward.url,
      oauth: { scopes: awkward.scopes.join(' ') },
    })
  })

  it('uses the short command of Claude Code without scopes', () => {
    const text = lineOf('claude-code').render({ ...plain, scopes: [] })
    expect(text).to.equal('claude mcp add --transport http acme-tools https://tools.example.com/mcp')
  })

  it('hands VS Code the same server by command and by link', () => {
    const line = lineOf('vscode')
    const server = { name: 'Ann-s-tools-id', type: 'http', url: awkward.url }
    expect(parsed(shellWords(line.render(awkward))[2])).to.deep.equal(server)
    const link = new URL(line.link?.(awkward) ?? '')
    expect(parsed(decodeURIComponent(link.search.slice(1)))).to.deep.equal(server)
  })

  it('hands Cursor its configuration in base64', () => {
    const link = new URL(lineOf('cursor').render(awkward))
    expect(link.searchParams.get('name')).to.equal('Ann-s-tools-id')
    const config = Buffer.from(link.searchParams.get('config') ?? '', 'base64').toString()
    expect(parsed(config)).to.deep.equal({ url: awkward.url })
  })

  it('hands Codex a TOML table', () => {
    expect(lineOf('codex').render(plain).split('\n')).to.deep.equal([
      '[mcp_servers.acme-tools]',
      'url = "https://tools.example.com/mcp"',
      'scopes = ["notes:read", "notes:write"]',
    ])
    expect(lineOf('codex').render({ ...plain, scopes: [] })).not.to.contain('scopes')
  })

  it('hands Gemini CLI its settings', () => {
    expect(parsed(lineOf('gemini-cli').render(awkward))).to.deep.equal({
      mcpServers: { 'Ann-s-tools-id': { httpUrl: awkward.url, oauth: { enabled: true, scopes: awkward.scopes } } },
    })
  })

  it('hands Claude and Goose name and address as they are', () => {
    const claude = new URL(lineOf('claude').render(awkward))
    expect(claude.searchParams.get('connectorName')).to.equal(awkward.name)
    expect(claude.searchParams.get('connectorUrl')).to.equal(awkward.url)
    const goose = new URL(lineOf('goose').render(awkward))
    expect(goose.searchParams.get('url')).to.equal(awkward.url)
    expect(goose.searchParams.get('name')).to.equal(awkward.name)
  })

  it('quotes for a POSIX shell', () => {
    for (const word of ['', 'plain', "it's", '$(id)', '`id`', 'a b', '"', '\\', 'a\tb', '*', '~']) {
      expect(shellWords(quoteForShell(word))).to.deep.equal([word])
    }
  })
})
