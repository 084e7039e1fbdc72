import { join } from 'node:path'
import { loadConfig } from '@toolgate/config'
import { startHost } from '@toolgate/core'
import { CLIENT_SECRET } from '../introspection.ts'
import { announce, partySettings } from './announce.ts'

/** Starts the host that this process was told to be. */
export async function serveHost(): Promise<void> {
  const { folder } = partySettings()
  const file = join(folder, 'mcp.config.json')
  const config = await loadConfig({ file, folder, environment: { CLIENT_SECRET } })
  const host = await startHost({ config, mode: 'serve' })
  announce(() => host.close())
}
