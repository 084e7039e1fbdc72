import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Person } from './person.ts'

/** How a command ended. */
export interface CommandEnd {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Nothing of the person's own settings, and no browser: what opens one would look for it. */
function environment(home: string): Record<string, string> {
  const { PATH = '' } = process.env
  return { PATH, HOME: home, BROWSER: 'true', MCP_REMOTE_CONFIG_DIR: join(home, 'mcp-remote'), NO_COLOR: '1' }
}

const packages = join(import.meta.dirname, '../../node_modules')
const inspector = join(packages, '@modelcontextprotocol/inspector/clients/launcher/build/index.js')
const mcpRemote = join(packages, 'mcp-remote/dist/proxy.js')

/** Runs the MCP Inspector's command line once, by a token in a header. */
export function runInspector(
  { url, token, home }: { readonly url: string; readonly token: string; readonly home: string },
  ...args: readonly string[]
): Promise<CommandEnd> {
  const header = ['--header', `Authorization: Bearer ${token}`]
  const all = [inspector, '--cli', url, '--transport', 'http', ...header, '--format', 'json', ...args]
  return new Promise((resolve) => {
    const options = { env: environment(home), timeout: 60_000 }
    execFile(process.execPath, all, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null
      resolve({ code, stdout, stderr })
    })
  })
}

/** Runs it without a token: it signs in by itself, and the person visits what it shows. Its callback is at a port of this run's own. */
export function runInspectorWithSignIn(
  {
    url,
    home,
    person,
    port,
  }: { readonly url: string; readonly home: string; readonly person: Person; readonly port: number },
  ...args: readonly string[]
): Promise<CommandEnd> {
  const callback = ['--callback-url', `http://127.0.0.1:${String(port)}/oauth/callback`]
  const all = [inspector, '--cli', url, '--transport', 'http', ...callback, '--format', 'json', ...args]
  return new Promise((resolve) => {
    // It refuses to ask a person where there is no terminal, unless it is told that something opens what it shows.
    const env = { ...environment(home), MCP_AUTO_OPEN_ENABLED: 'true', MCP_INSPECTOR_SECRET_STORE: 'file' }
    const visited = visitor(person)
    const child = execFile(process.execPath, all, { env, timeout: 60_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null
      resolve({ code, stdout, stderr })
    })
    child.stderr?.on('data', visited.read)
    child.stdout?.on('data', visited.read)
  })
}

/** A client that knows standard input and output alone, with mcp-remote between it and the host. */
export interface RemoteJourney {
  readonly client: Client
  /** The authorization requests that mcp-remote showed to the person. */
  readonly asked: readonly URL[]
  close(): Promise<void>
}

/** Starts mcp-remote, and opens whatever it asks to be opened at the person's browser. */
export async function startMcpRemote(url: string, home: string, person: Person): Promise<RemoteJourney> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [mcpRemote, url],
    env: environment(home),
    stderr: 'pipe',
  })
  const { asked, read, remarks } = visitor(person)
  transport.stderr?.on('data', read)
  const client = new Client({ name: 'journey', version: '1.0.0' })
  try {
    await client.connect(transport, { timeout: 60_000 })
  } catch (error) {
    throw new Error(`mcp-remote did not connect: ${remarks()}`, { cause: error })
  }
  return { client, asked, close: () => client.close() }
}

/** Takes authorization requests out of what a client prints, and lets the person visit each once. */
function visitor(person: Person): {
  readonly asked: readonly URL[]
  readonly read: (part: unknown) => void
  readonly remarks: () => string
} {
  const asked: URL[] = []
  let text = ''
  return {
    asked,
    remarks: () => text,
    read: (part) => {
      text += String(part)
      for (const [found] of text.matchAll(/https?:\/\/\S*[?&]response_type=code\S*(?=\s)/g)) {
        const url = new URL(found)
        if (asked.some(({ href }) => href === url.href)) continue
        asked.push(url)
        void person.visit(url).then(goBack)
      }
    },
  }
}

/** A client may show what to open before anything listens where it leads back to: whoever is as quick as this person tries again. */
async function goBack(callback: URL | string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    try {
      await (await fetch(callback)).text()
      return
    } catch {
      await delay(100)
    }
  }
}
