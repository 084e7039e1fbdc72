import { readAudit, type AuditRecord } from '@toolgate/audit'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { startToolgate } from '../../packages/cli/test/support/run-toolgate.ts'
import { fixturePlugins, temporaryFolder } from './host.ts'
import { modernMeta } from './wire.ts'

/** A JSON-RPC message as it came. */
export interface StdioMessage {
  readonly jsonrpc: '2.0'
  readonly id?: string | number | null
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: {
    readonly code: number
    readonly message: string
    readonly data?: Readonly<Record<string, unknown>>
  }
}

/** `toolgate stdio` as a process of its own, spoken to line by line. */
export interface StdioProcess {
  readonly child: ReturnType<typeof startToolgate>
  /** Sends each as a line; a text or bytes as they are. */
  send(...messages: readonly unknown[]): void
  /** The answer to an id, or to a batch that holds it. */
  answer(id: string | number | null): Promise<StdioMessage>
  /** The first message for which this holds. */
  message(holds: (message: StdioMessage) => boolean): Promise<StdioMessage>
  /** Every line of standard output so far. */
  readonly lines: readonly string[]
  remarked(): string
  /** The exit code. */
  readonly ended: Promise<number | null>
}

/** A folder with a configuration for it. */
export interface StdioFolder extends AsyncDisposable {
  readonly path: string
  /** Starts `toolgate stdio` in it. Ended with the folder if not before. */
  start(...args: readonly string[]): StdioProcess
  /** The records of one of its audit files. */
  audit(file?: string): Promise<readonly AuditRecord[]>
}

/** What `initialize` is sent with. */
export const initialize = (protocolVersion: string) => ({
  jsonrpc: '2.0',
  id: 'initialize',
  method: 'initialize',
  params: { protocolVersion, capabilities: {}, clientInfo: { name: 'stdio-test', version: '1.0.0' } },
})

/** A call in the form of a family. */
export const callMessage = (
  family: 'modern' | 'legacy',
  id: string | number,
  name: string,
  { args = {}, meta = {} }: { readonly args?: object; readonly meta?: object } = {},
) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args, _meta: { ...(family === 'modern' ? modernMeta : {}), ...meta } },
})

/** Makes one; `config` is merged into what every test needs. */
export async function stdioFolder(
  config: Readonly<Record<string, unknown>> = {},
  plugins: string = fixturePlugins,
): Promise<StdioFolder> {
  const path = await temporaryFolder()
  const document = {
    authorizationServers: [{ issuer: 'https://auth.example' }],
    plugins: { folder: plugins },
    ...config,
  }
  await writeFile(join(path, 'mcp.config.json'), JSON.stringify(document))
  const started: StdioProcess[] = []
  return {
    path,
    start(...args) {
      const process = converse(startToolgate(['stdio', ...args], { folder: path }))
      started.push(process)
      return process
    },
    async audit(file = 'audit-stdio.ndjson') {
      const records: AuditRecord[] = []
      for await (const record of readAudit(join(path, '.toolgate', file), {})) records.push(record)
      return records
    },
    async [Symbol.asyncDispose]() {
      for (const { child } of started) child.kill('SIGKILL')
      await Promise.all(started.map(({ ended }) => ended))
      await rm(path, { recursive: true, force: true })
    },
  }
}

function converse(child: ReturnType<typeof startToolgate>): StdioProcess {
  const lines: string[] = []
  let remarks = ''
  child.stderr.on('data', (part) => (remarks += String(part)))
  child.stdin.on('error', () => undefined)
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => lines.push(line))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const message: StdioProcess['message'] = (holds) =>
    new Promise((resolve, reject) => {
      const look = (line: string) => {
        const found = messagesOf(line).find(holds)
        if (found === undefined) return
        resolve(found)
        reader.off('line', look)
      }
      reader.on('line', look)
      lines.forEach(look)
      void ended.then((code) => {
        reject(new Error(`ended with ${String(code)} before it was said: ${lines.join('\n')}\n${remarks}`))
      })
    })
  return {
    child,
    lines,
    ended,
    message,
    remarked: () => remarks,
    answer: (id) => message((one) => one.id === id && one.method === undefined),
    send(...messages) {
      for (const each of messages) {
        const raw = typeof each === 'string' || Buffer.isBuffer(each)
        child.stdin.write(raw ? each : `${JSON.stringify(each)}\n`)
      }
    },
  }
}

function messagesOf(line: string): readonly StdioMessage[] {
  try {
    return [JSON.parse(line)].flat() as StdioMessage[]
  } catch {
    return []
  }
}
