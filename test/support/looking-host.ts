import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startTestHost, type TestHost } from './host.ts'
import { lookingPlugin } from './looking-plugin.ts'
import { pluginFolder } from './plugin-folder.ts'

/** Gives looks so little time that a test of the deadline ends soon. */
export const shortLooks = { limits: { authorizeMs: 250 } }

/** A host whose one plugin is that of `looking-plugin.ts`. */
export async function startLookingHost(config: Readonly<Record<string, unknown>> = {}): Promise<TestHost> {
  const source = pathToFileURL(join(import.meta.dirname, 'looking-plugin.ts')).href
  const folder = await pluginFolder({
    [lookingPlugin.name]: `export { lookingPlugin as default } from ${JSON.stringify(source)}\n`,
  })
  const tools = { looking_vault: { visibility: 'concealed' }, ...(config.tools as object | undefined) }
  const host = await startTestHost({
    plugins: join(folder, 'plugins'),
    config: { initialScopes: ['look:read'], ...config, tools },
  })
  const close = async () => {
    await host.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { ...host, close }
}
