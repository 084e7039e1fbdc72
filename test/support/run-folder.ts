import { loadConfig } from '@toolgate/config'
import { startHost } from '@toolgate/core'
import { join } from 'node:path'

/** Runs the host of a folder's mcp.config.json as a process of its own: prints a line when it listens, ends when standard input does. */
const [folder = ''] = process.argv.slice(2)
const config = await loadConfig({ file: join(folder, 'mcp.config.json'), folder, environment: {} })
const host = await startHost({ config, mode: 'serve', environment: { LOG_LEVEL: 'silent' } })
process.stdout.write('listening\n')
process.stdin.resume()
process.stdin.on('end', () => {
  void host.close()
})
