import type { ClientLine, ClientLineInput } from './client-line.ts'
import { quoteForShell } from './quote-for-shell.ts'

const checkedOn = '2026-11-23'

/** How to connect each client that this project knows, in the order in which people are shown them. */
export const clientLines: readonly ClientLine[] = Object.freeze([
  {
    id: 'claude',
    name: 'Claude (web and desktop)',
    kind: 'link',
    place: 'open it signed in to claude.ai, then Add and Connect',
    pinsScopes: false,
    calledFrom: 'internet',
    render: ({ url, name }) =>
      `https://claude.ai/customize/connectors?modal=add-custom-connector&connectorName=${encodeURIComponent(name)}&connectorUrl=${encodeURIComponent(url)}`,
    checkedOn,
    source: 'https://support.claude.com/en/articles/11175166-getting-started-with-custom-connectors-using-remote-mcp',
    note: 'Reports differ on step-up: if a tool stays out of reach, disconnect, connect again and tick its scopes.',
  },
  {
    id: 'claude-code',
    name: 'Claude Code',
    kind: 'command',
    place: 'a shell, in the project folder',
    pinsScopes: true,
    calledFrom: 'machine',
    render: claudeCode,
    checkedOn,
    source: 'https://code.claude.com/docs/en/mcp',
    note: 'Asks for the pinned scopes on every sign-in, also after a denial: add scopes to the line for further tools, then /mcp and Re-authenticate.',
  },
  {
    id: 'vscode',
    name: 'VS Code',
    kind: 'command',
    place: 'a shell',
    pinsScopes: false,
    calledFrom: 'machine',
    render: (input) => `code --add-mcp ${quoteForShell(JSON.stringify(vsCodeServer(input)))}`,
    link: (input) => `vscode:mcp/install?${encodeURIComponent(JSON.stringify(vsCodeServer(input)))}`,
    checkedOn,
    source: 'https://code.visualstudio.com/docs/copilot/guides/mcp-developer-guide',
    note: 'Its settings have no place for scopes: it asks for what the host challenges.',
  },
  {
    id: 'cursor',
    name: 'Cursor',
    kind: 'link',
    place: 'open it on the machine that runs Cursor',
    pinsScopes: false,
    calledFrom: 'machine',
    render: ({ url, name }) =>
      `cursor://anysphere.cursor-deeplink/mcp/install?name=${encodeURIComponent(serverKey(name))}&config=${encodeURIComponent(
        Buffer.from(JSON.stringify({ url })).toString('base64'),
      )}`,
    checkedOn,
    source: 'https://cursor.com/docs/mcp/install-links',
    note: 'Scopes can be pinned only beside a registered client id (auth.CLIENT_ID in mcp.json): without one it asks for every scope that the host advertises.',
  },
  {
    id: 'codex',
    name: 'Codex',
    kind: 'toml',
    place: '~/.codex/config.toml, then run codex mcp login with the name of the table',
    pinsScopes: true,
    calledFrom: 'machine',
    render: codex,
    checkedOn,
    source: 'https://developers.openai.com/docs/extend/mcp',
    note: 'Has no step-up: add scopes to the list for further tools and run codex mcp login again.',
  },
  {
    id: 'chatgpt',
    name: 'ChatGPT',
    kind: 'steps',
    place: 'chatgpt.com',
    pinsScopes: false,
    calledFrom: 'internet',
    render: ({ url, name }) =>
      [
        '1. In Settings, Security and login, turn on Developer mode.',
        '2. Open https://chatgpt.com/plugins and select the plus button.',
        `3. Enter the name ${name} and the MCP server URL ${url}, choose OAuth, and create it.`,
        '4. Sign in when ChatGPT opens the page of this host.',
      ].join('\n'),
    checkedOn,
    source: 'https://developers.openai.com/plugins/quickstart',
    note: 'Asks for the first challenge of the host; step-up is reported to work only for tools that carry security schemes: sign in again with more scopes ticked.',
  },
  {
    id: 'gemini-cli',
    name: 'Gemini CLI',
    kind: 'json',
    place: '~/.gemini/settings.json, then /mcp auth with the name of the server',
    pinsScopes: true,
    calledFrom: 'machine',
    render: gemini,
    checkedOn,
    source: 'https://geminicli.com/docs/tools/mcp-server/',
    note: 'No step-up is known of: add scopes to the list for further tools and run /mcp auth again.',
  },
  {
    id: 'goose',
    name: 'Goose',
    kind: 'link',
    place: 'open it on the machine that runs Goose Desktop',
    pinsScopes: false,
    calledFrom: 'machine',
    render: ({ url, name }) =>
      `goose://extension?type=streamable_http&url=${encodeURIComponent(url)}&id=${encodeURIComponent(serverKey(name))}&name=${encodeURIComponent(name)}&description=${encodeURIComponent(`Tools of ${name}`)}`,
    checkedOn,
    source: 'https://block.github.io/goose/docs/getting-started/using-extensions',
    note: 'Scopes can be pinned only beside a registered client id in its config.yaml: without one it asks for the scopes that the host advertises.',
  },
  {
    id: 'inspector',
    name: 'MCP Inspector',
    kind: 'command',
    place: 'a shell (Node 22.19 or newer)',
    pinsScopes: false,
    calledFrom: 'machine',
    render: ({ url }) => `npx @modelcontextprotocol/inspector --server-url ${quoteForShell(url)} --transport http`,
    checkedOn,
    source: 'https://github.com/modelcontextprotocol/inspector/blob/main/docs/mcp-server-configuration.md',
    note: 'Asks for every scope that the host advertises, never for a challenged one; its command line exits on a denial.',
  },
] satisfies ClientLine[])

/** A name that every client takes as the key of a server: letters, digits, `_` and `-`. */
export function serverKey(name: string): string {
  return name.replaceAll(/[^\w-]+/g, '-').replaceAll(/^-+|-+$/g, '') || 'toolgate'
}

function claudeCode({ url, name, scopes }: ClientLineInput): string {
  const key = serverKey(name)
  if (scopes.length === 0) return `claude mcp add --transport http ${key} ${quoteForShell(url)}`
  const server = { type: 'http', url, oauth: { scopes: scopes.join(' ') } }
  return `claude mcp add-json ${key} ${quoteForShell(JSON.stringify(server))}`
}

function vsCodeServer({ url, name }: ClientLineInput): object {
  return { name: serverKey(name), type: 'http', url }
}

/** A TOML basic string is written like a JSON string (TOML 1.0, section String). */
function codex({ url, name, scopes }: ClientLineInput): string {
  const lines = [`[mcp_servers.${serverKey(name)}]`, `url = ${JSON.stringify(url)}`]
  if (scopes.length > 0) lines.push(`scopes = [${scopes.map((scope) => JSON.stringify(scope)).join(', ')}]`)
  return lines.join('\n')
}

function gemini({ url, name, scopes }: ClientLineInput): string {
  const oauth = { enabled: true, ...(scopes.length > 0 && { scopes }) }
  return JSON.stringify({ mcpServers: { [serverKey(name)]: { httpUrl: url, oauth } } }, undefined, 2)
}
