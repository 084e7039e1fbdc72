import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startTestHost, type TestHost } from '../host.ts'
import { pluginFolder } from '../plugin-folder.ts'
import { sharedPlugin } from './plugin.ts'

/** A host whose one plugin is that of `plugin.ts`. */
export async function startSharedHost(): Promise<TestHost> {
  const source = pathToFileURL(join(import.meta.dirname, 'plugin.ts')).href
  const folder = await pluginFolder({
    [sharedPlugin.name]: `export { sharedPlugin as default } from ${JSON.stringify(source)}\n`,
  })
  const host = await startTestHost({ plugins: join(folder, 'plugins'), config: { initialScopes: ['diff:never'] } })
  const close = async () => {
    await host.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { ...host, close }
}
