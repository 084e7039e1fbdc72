import { readAudit, verifyAudit, type AuditRecord, type Verification } from '@toolgate/audit'
import { rm, writeFile } from 'node:fs/promises'
import { Agent } from 'node:http'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startCommand, type Command } from '../command.ts'
import { freePort } from '../free-port.ts'
import { startIssuer, type TestIssuer, type TokenOptions } from '../issuer.ts'
import { pluginFolder } from '../plugin-folder.ts'
import { mcpHeaders, modernMeta, send, type WireAnswer, type WireRequest } from '../wire.ts'

/** `toolgate serve` with several workers, in a folder of its own. */
export interface WorkersHost {
  readonly url: string
  readonly folder: string
  readonly command: Command
  /** What it printed as it began to serve. */
  readonly started: Readonly<Record<string, unknown>>
  token(options?: TokenOptions): Promise<string>
  /** A connection to some worker: each new one is another's turn. */
  connect(token: string): Promise<WorkerLine>
  /** Connections to two workers. */
  connectToBoth(token: string): Promise<readonly [WorkerLine, WorkerLine]>
  audit(): Promise<readonly AuditRecord[]>
  verify(): Promise<Verification>
  /** Ends the host in good order. */
  stop(): Promise<number | null>
  close(): Promise<void>
}

/** One connection, and so one worker. */
export interface WorkerLine {
  readonly pid: number
  send(message: object, headers?: WireRequest['headers']): Promise<WireAnswer>
  /** Calls a tool at revision 2026-07-28. */
  call(name: string, params?: object, headers?: WireRequest['headers']): Promise<WireAnswer>
  close(): void
}

const toolgate = resolve(import.meta.dirname, '../../../packages/cli/bin/toolgate.mjs')
const crew = pathToFileURL(join(import.meta.dirname, 'crew-plugin.ts')).href

/** What may differ. */
export interface WorkersOptions {
  readonly config?: Readonly<Record<string, unknown>>
  readonly issuer?: Readonly<Record<string, unknown>>
  readonly environment?: Readonly<Record<string, string>>
  /** Sources of plugins beside `crew`. */
  readonly plugins?: Readonly<Record<string, string>>
}

/** A folder with a configuration, not served yet. */
export async function workersFolder(
  issuer: TestIssuer,
  options: WorkersOptions = {},
): Promise<{ readonly folder: string; readonly url: string }> {
  const folder = await pluginFolder({
    crew: `export { crewPlugin as default } from ${JSON.stringify(crew)}\n`,
    ...options.plugins,
  })
  const port = await freePort()
  const url = `http://127.0.0.1:${String(port)}/mcp`
  const document = {
    resource: url,
    listen: { port },
    workers: 2,
    authorizationServers: [{ issuer: issuer.issuer, ...options.issuer }],
    ...options.config,
  }
  await writeFile(join(folder, 'mcp.config.json'), JSON.stringify(document))
  return { folder, url }
}

/** Runs a `toolgate` command line in a folder. */
export function toolgateIn(folder: string, line: string, environment: WorkersOptions['environment'] = {}): Command {
  return startCommand(`exec "${process.execPath}" "${toolgate}" ${line}`, {
    cwd: folder,
    env: { ...process.env, LOG_LEVEL: 'info', ...environment },
  })
}

/** Starts a host; it serves when this resolves. */
export async function startWorkersHost(options: WorkersOptions = {}): Promise<WorkersHost> {
  const issuer = await startIssuer()
  const { folder, url } = await workersFolder(issuer, options)
  const command = toolgateIn(folder, 'serve --json', options.environment)
  const cleanUp = async () => {
    command.signalGroup('SIGKILL')
    await command.ended
    await issuer.close()
    await rm(folder, { recursive: true, force: true })
  }
  const auditFile = join(folder, '.toolgate', 'audit.ndjson')
  const lines = new Set<WorkerLine>()
  const connect = async (token: string) => {
    const line = await openLine(url, token)
    lines.add(line)
    return line
  }
  const closeLines = () => {
    for (const line of lines) line.close()
  }
  try {
    const started = JSON.parse(await command.line('"url"')) as Readonly<Record<string, unknown>>
    return {
      url,
      folder,
      command,
      started,
      token: (given) => issuer.token(url, { scope: 'crew:use', ...given }),
      connect,
      connectToBoth: async (token) => {
        const first = await connect(token)
        for (;;) {
          const other = await connect(token)
          if (other.pid !== first.pid) return [first, other]
        }
      },
      audit: async () => {
        const records: AuditRecord[] = []
        for await (const record of readAudit(auditFile, {})) records.push(record)
        return records
      },
      verify: () => verifyAudit({ audit: auditFile }),
      stop: () => {
        closeLines()
        command.child.kill('SIGTERM')
        return command.ended
      },
      close: async () => {
        closeLines()
        await cleanUp()
      },
    }
  } catch (error) {
    await cleanUp()
    throw error
  }
}

async function openLine(url: string, token: string): Promise<WorkerLine> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const { origin, pathname } = new URL(url)
  const post: WorkerLine['send'] = (message, headers = {}) =>
    send(origin, {
      method: 'POST',
      path: pathname,
      agent,
      headers: { ...mcpHeaders, authorization: `Bearer ${token}`, ...headers },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }),
    })
  const call: WorkerLine['call'] = (name, params = {}, headers = {}) =>
    post(
      { method: 'tools/call', params: { name, arguments: {}, ...params, _meta: capableMeta } },
      { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': name, ...headers },
    )
  const answer = await call('crew_pid')
  const pid = Number(textOf(answer))
  if (!Number.isInteger(pid)) throw new Error(`no worker answered: ${String(answer.status)} ${answer.text}`)
  return {
    pid,
    send: post,
    call,
    close: () => {
      agent.destroy()
    },
  }
}

const capableMeta = { ...modernMeta, 'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } } }

/** The text that a tool answered. */
export function textOf(answer: WireAnswer): string {
  const { content } = answer.result() as { readonly content?: readonly { readonly text?: string }[] }
  return content?.[0]?.text ?? ''
}
