import { execFileSync } from 'node:child_process'
import { expect } from 'chai'
import { localLines } from '../src/clients/local-lines.ts'

const input = {
  name: "Ann's tools $(id)",
  command: 'npx',
  args: ['--prefix', "/srv/ann's tools", 'toolgate', 'stdio', '--scopes', 'notes:read b$c:"d'],
}
const server = { command: input.command, args: input.args }

/** The words that a POSIX shell makes of a line, without running what it names. */
function shellWords(line: string): string[] {
  const printed = execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' })
  return printed.split('\n').slice(0, -1)
}

function lineOf(id: string) {
  const line = localLines.find((candidate) => candidate.id === id)
  if (line === undefined) throw new TypeError(`no line ${id}`)
  return line
}

describe('the table of lines for toolgate stdio', () => {
  it('has clients that start a command, each with a unique id, a day and a source', () => {
    const ids = localLines.map(({ id }) => id)
    expect(ids).to.deep.equal(['claude-code', 'claude-desktop', 'vscode', 'cursor', 'codex', 'gemini-cli'])
    for (const { checkedOn, source } of localLines) {
      expect(checkedOn).to.match(/^\d{4}-\d\d-\d\d$/)
      expect(new URL(source).protocol).to.equal('https:')
    }
  })

  it('hands Claude Code the command word for word', () => {
    const words = shellWords(lineOf('claude-code').render(input))
    expect(words).to.deep.equal(['claude', 'mcp', 'add', 'Ann-s-tools-id', '--', 'npx', ...input.args])
  })

  for (const id of ['claude-desktop', 'cursor', 'gemini-cli']) {
    it(`hands ${id} its settings`, () => {
      expect(JSON.parse(lineOf(id).render(input))).to.deep.equal({ mcpServers: { 'Ann-s-tools-id': server } })
    })
  }

  it('hands VS Code the same server by command and by link', () => {
    const expected = { name: 'Ann-s-tools-id', type: 'stdio', ...server }
    expect(JSON.parse(shellWords(lineOf('vscode').render(input))[2] ?? '')).to.deep.equal(expected)
    const link = new URL(lineOf('vscode').link?.(input) ?? '')
    expect(JSON.parse(decodeURIComponent(link.search.slice(1)))).to.deep.equal(expected)
  })

  it('hands Cursor its configuration in base64, too', () => {
    const { searchParams } = new URL(lineOf('cursor').link?.(input) ?? '')
    expect(JSON.parse(Buffer.from(searchParams.get('config') ?? '', 'base64').toString())).to.deep.equal(server)
  })

  it('hands Codex a TOML table', () => {
    const [table, command, args] = lineOf('codex').render(input).split('\n')
    expect([table, command]).to.deep.equal(['[mcp_servers.Ann-s-tools-id]', 'command = "npx"'])
    expect(JSON.parse(args?.replace('args = ', '') ?? '')).to.deep.equal(input.args)
  })
})
