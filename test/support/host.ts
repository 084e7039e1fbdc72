import { loadConfig } from '@toolgate/config'
import { createLogger, startHost, type Host } from '@toolgate/core'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { readAudit, type AuditRecord } from '@toolgate/audit'
import { freePort } from './free-port.ts'
import { startIssuer, type TestIssuer, type TokenOptions } from './issuer.ts'

/** A host with an issuer of its own, on a free port, in a folder of its own. */
export interface TestHost {
  readonly host: Host
  /** The MCP URL. */
  readonly url: string
  readonly origin: string
  readonly folder: string
  readonly issuer: TestIssuer
  /** The lines of the log. */
  readonly log: readonly string[]
  token(scope: string, options?: TokenOptions): Promise<string>
  audit(): Promise<readonly AuditRecord[]>
  close(): Promise<void>
}

const repository = resolve(import.meta.dirname, '../..')

/** The plugins that tests of the wire call. */
export const fixturePlugins = join(import.meta.dirname, 'plugins')

/** What may differ from the default host: anything that `mcp.config.json` may say. */
export interface TestHostOptions {
  readonly config?: Readonly<Record<string, unknown>>
  /** Plugins to load; those under test/support/plugins by default. */
  readonly plugins?: string
  readonly mode?: 'serve' | 'dev'
  readonly environment?: Readonly<Record<string, string>>
  /** What the entry of the test's issuer says beside its address. */
  readonly issuer?: Readonly<Record<string, unknown>>
  /** Runs the embedded authorization server instead of an issuer of the test. */
  readonly embedded?: boolean
  /** Runs before the start, with what was configured. */
  readonly prepare?: (config: Awaited<ReturnType<typeof loadConfig>>) => Promise<void>
  /** By what tokens and keys are judged. */
  readonly clock?: () => number
}

/** A temporary folder from which `@toolgate/*` can be imported. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'toolgate-test-'))
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

/** Starts a host. Close it in `after`. */
export async function startTestHost(options: TestHostOptions = {}): Promise<TestHost> {
  const issuer = await startIssuer()
  const folder = await temporaryFolder()
  const port = await freePort()
  const url = `http://127.0.0.1:${String(port)}/mcp`
  const authorization =
    options.embedded === true
      ? { authority: {} }
      : { authorizationServers: [{ issuer: issuer.issuer, ...options.issuer }] }
  const document = {
    resource: url,
    listen: { port },
    name: 'fixture-tools',
    title: 'Fixture tools',
    plugins: { folder: options.plugins ?? fixturePlugins },
    ...authorization,
    ...options.config,
  }
  const file = join(folder, 'mcp.config.json')
  await writeFile(file, JSON.stringify(document))
  const environment = { ...options.environment }
  const config = await loadConfig({ file, folder, environment })
  await options.prepare?.(config)
  const log: string[] = []
  const logger = createLogger({ level: 'debug', secrets: [], write: (line) => log.push(line) })
  const cleanUp = async () => {
    await issuer.close()
    await rm(folder, { recursive: true, force: true })
  }
  const { mode = 'serve', clock = Date.now } = options
  const host = await startHost({ config, mode, logger, environment, clock }).catch(async (error: unknown) => {
    await cleanUp()
    throw error
  })
  return {
    host,
    url,
    origin: new URL(url).origin,
    folder,
    issuer,
    log,
    token: (scope, more) => issuer.token(url, { scope, ...more }),
    audit: () => collect(readAudit(config.audit.file, {})),
    close: () => host.close().finally(cleanUp),
  }
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const collected: Item[] = []
  for await (const item of items) collected.push(item)
  return collected
}
