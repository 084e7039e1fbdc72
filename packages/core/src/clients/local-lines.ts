import type { ClientLine } from './client-line.ts'
import { serverKey } from './client-lines.ts'
import { quoteForShell } from './quote-for-shell.ts'

/** What a line for `toolgate stdio` is made for. */
export interface LocalLineInput {
  /** What the client calls this server; characters that a client would refuse become `-`. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
}

/** How to add `toolgate stdio` to one client that starts its servers itself: dated data, rendered into text to paste. */
export interface LocalLine extends Pick<ClientLine, 'id' | 'name' | 'kind' | 'place' | 'checkedOn' | 'source'> {
  render(input: LocalLineInput): string
  /** An address that adds it with one click, where the client has one beside its line. */
  link?(input: LocalLineInput): string
}

const checkedOn = '2026-11-27'

/** The clients that are known to start a local command, in the order in which people are shown them. */
export const localLines: readonly LocalLine[] = Object.freeze([
  {
    id: 'claude-code',
    name: 'Claude Code',
    kind: 'command',
    place: 'a shell, in the project folder',
    render: ({ name, command, args }) =>
      `claude mcp add ${serverKey(name)} -- ${[command, ...args].map(quoteForShell).join(' ')}`,
    checkedOn,
    source: 'https://code.claude.com/docs/en/mcp',
  },
  {
    id: 'claude-desktop',
    name: 'Claude (desktop)',
    kind: 'json',
    place: 'claude_desktop_config.json, by Settings, Developer, Edit Config; then start it again',
    render: settings,
    checkedOn,
    source: 'https://modelcontextprotocol.io/docs/develop/connect-local-servers',
  },
  {
    id: 'vscode',
    name: 'VS Code',
    kind: 'command',
    place: 'a shell',
    render: (input) => `code --add-mcp ${quoteForShell(JSON.stringify(vsCodeServer(input)))}`,
    link: (input) => `vscode:mcp/install?${encodeURIComponent(JSON.stringify(vsCodeServer(input)))}`,
    checkedOn,
    source: 'https://code.visualstudio.com/docs/copilot/guides/mcp-developer-guide',
  },
  {
    id: 'cursor',
    name: 'Cursor',
    kind: 'json',
    place: '~/.cursor/mcp.json, or .cursor/mcp.json of a project',
    render: settings,
    link: ({ name, command, args }) =>
      `cursor://anysphere.cursor-deeplink/mcp/install?name=${encodeURIComponent(serverKey(name))}&config=${encodeURIComponent(
        Buffer.from(JSON.stringify({ command, args })).toString('base64'),
      )}`,
    checkedOn,
    source: 'https://cursor.com/docs/mcp/install-links',
  },
  {
    id: 'codex',
    name: 'Codex',
    kind: 'toml',
    place: '~/.codex/config.toml',
    render: codex,
    checkedOn,
    source: 'https://developers.openai.com/docs/extend/mcp',
  },
  {
    id: 'gemini-cli',
    name: 'Gemini CLI',
    kind: 'json',
    place: '~/.gemini/settings.json, or .gemini/settings.json of a project',
    render: settings,
    checkedOn,
    source: 'https://geminicli.com/docs/tools/mcp-server/',
  },
] satisfies LocalLine[])

function settings({ name, command, args }: LocalLineInput): string {
  return JSON.stringify({ mcpServers: { [serverKey(name)]: { command, args } } }, undefined, 2)
}

function vsCodeServer({ name, command, args }: LocalLineInput): object {
  return { name: serverKey(name), type: 'stdio', command, args }
}

/** A TOML basic string is written like a JSON string (TOML 1.0, section String). */
function codex({ name, command, args }: LocalLineInput): string {
  return [
    `[mcp_servers.${serverKey(name)}]`,
    `command = ${JSON.stringify(command)}`,
    `args = [${args.map((arg) => JSON.stringify(arg)).join(', ')}]`,
  ].join('\n')
}
