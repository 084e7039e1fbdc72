import { loadConfig } from '@toolgate/config'
import { createLogger, startHost, type Host } from '@toolgate/core'
import { openUserStore, type UserStore } from '@toolgate/authority'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from './free-port.ts'

/** This repository's own configuration and plugins with the embedded authorization server, on a port and state of its own. */
export interface RepositoryHost {
  /** The MCP URL. */
  readonly url: string
  readonly origin: string
  /** The file of users as the command opens it beside a running host. */
  readonly users: UserStore
  /** Stops the host and starts another on the same port and state. */
  restart(): Promise<void>
  close(): Promise<void>
}

const repository = resolve(import.meta.dirname, '../..')

/** The user that the first start makes, with every scope. */
export const firstUser = { name: 'admin', password: 'correct horse battery' } as const

/** Starts one. Close it in `after`. */
export async function startRepositoryHost(): Promise<RepositoryHost> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'toolgate-journey-'))
  const port = await freePort()
  const environment = {
    PORT: String(port),
    TOOLGATE_DATA: dataFolder,
    TOOLGATE_DEV_PASSWORD: firstUser.password,
  }
  const config = await loadConfig({ folder: repository, environment })
  const start = (): Promise<Host> =>
    startHost({ config, mode: 'serve', logger: createLogger({ level: 'silent', secrets: [] }), environment })
  let host = await start()
  const users = openUserStore(dataFolder)
  return {
    url: host.url,
    origin: new URL(host.url).origin,
    users,
    async restart() {
      await host.close()
      host = await start()
    },
    async close() {
      users.close()
      await host.close()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}
