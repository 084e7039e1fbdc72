import { join } from 'node:path'
import { loadConfig } from '@toolgate/config'
import { startHost } from '@toolgate/core'
import { announce, partySettings } from './announce.ts'

const { folder } = partySettings()
const config = await loadConfig({ file: join(folder, 'mcp.config.json'), folder, environment: {} })
const host = await startHost({ config, mode: 'serve' })
announce(() => host.close())
