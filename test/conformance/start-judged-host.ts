import { readAudit } from '@toolgate/audit'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { temporaryFolder } from '../support/host.ts'
import { startIssuer, type TestIssuer } from '../support/issuer.ts'
import { mcpHeaders, send } from '../support/wire.ts'
import { startForwarder, type Forwarder } from './start-forwarder.ts'

/** `toolgate serve` with authorization on, behind a proxy that brings a token. */
export interface JudgedHost {
  /** What the suite is pointed at. */
  readonly url: string
  /**
   * Stops it.
   *
   * @returns how many decisions about calls it wrote to its audit, and by whom they were asked for
   * @throws Error if the host did not end well, or the proxy had to cut a connection
   */
  close(): Promise<{ readonly decisions: number; readonly subjects: readonly string[] }>
}

const repository = resolve(import.meta.dirname, '../..')
const command = join(repository, 'packages/cli/bin/toolgate.mjs')
/** Seconds that the token is good for: longer than any run. */
const tokenSeconds = 3_600

/** The plugin with every fixture that the suite asks for. */
export const conformancePlugins = join(repository, 'test/support/conformance/plugins')

/** Starts the host, its issuer and the proxy. */
export async function startJudgedHost(): Promise<JudgedHost> {
  const [issuer, forwarder, folder] = await Promise.all([startIssuer(), startForwarder(), temporaryFolder()])
  const url = `http://127.0.0.1:${String(forwarder.port)}/mcp`
  const file = join(folder, 'mcp.config.json')
  const config = {
    resource: url,
    listen: { port: 0 },
    plugins: { folder: conformancePlugins },
    authorizationServers: [{ issuer: issuer.issuer }],
    audit: { file: join(folder, 'audit.ndjson') },
  }
  await writeFile(file, JSON.stringify(config))
  const parts = { issuer, forwarder, folder }
  const serving = spawn(process.execPath, [command, 'serve', '--config', file, '--json'], {
    cwd: folder,
    env: { PATH: process.env.PATH, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const port = await portOf(serving)
    await requireAuthorization(url, port)
    const scope = await scopesOf(url, port)
    const token = await issuer.token(url, { scope, subject: 'conformance', expiresIn: tokenSeconds })
    forwarder.forward({ port, authorization: `Bearer ${token}` })
  } catch (error) {
    serving.kill('SIGKILL')
    await cleanUp(parts)
    throw error
  }
  return {
    url,
    async close() {
      serving.kill('SIGTERM')
      const [code] = serving.exitCode === null ? ((await once(serving, 'exit')) as [number | null]) : [serving.exitCode]
      const seen = await readDecisions(config.audit.file)
      await cleanUp(parts)
      if (code !== 0) throw new Error(`the host ended with ${String(code)}`)
      if (forwarder.faults.length > 0) throw new Error(`connections were cut: ${forwarder.faults.join(', ')}`)
      return seen
    },
  }
}

async function cleanUp(parts: {
  readonly issuer: TestIssuer
  readonly forwarder: Forwarder
  readonly folder: string
}): Promise<void> {
  await Promise.all([parts.issuer.close(), parts.forwarder.close()])
  await rm(parts.folder, { recursive: true, force: true })
}

/** The port in the line that the command prints once it serves. */
async function portOf(serving: ChildProcess): Promise<number> {
  if (serving.stdout === null) throw new TypeError('the command has no output')
  for await (const line of createInterface({ input: serving.stdout })) {
    return (JSON.parse(line) as { readonly port: number }).port
  }
  throw new Error('the host did not start')
}

/** Makes sure that the run could not pass without the token. */
async function requireAuthorization(url: string, port: number): Promise<void> {
  const { host, pathname } = new URL(url)
  const headers = { ...mcpHeaders, host }
  const { status } = await send(`http://127.0.0.1:${String(port)}`, {
    method: 'POST',
    path: pathname,
    headers,
    body: '{}',
  })
  if (status !== 401) throw new Error(`without a token the host answers ${String(status)}, not 401`)
}

/** What the host's own metadata (RFC 9728) says that a client may ask for. */
async function scopesOf(url: string, port: number): Promise<string> {
  const { host, pathname } = new URL(url)
  const path = `/.well-known/oauth-protected-resource${pathname}`
  const answer = await send(`http://127.0.0.1:${String(port)}`, { path, headers: { host } })
  return (answer.json() as { readonly scopes_supported: readonly string[] }).scopes_supported.join(' ')
}

async function readDecisions(
  file: string,
): Promise<{ readonly decisions: number; readonly subjects: readonly string[] }> {
  const subjects: string[] = []
  for await (const record of readAudit(file, {})) {
    if (record.type === 'decision') subjects.push(record.subject)
  }
  return { decisions: subjects.length, subjects: [...new Set(subjects)] }
}
