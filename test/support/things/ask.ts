import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startTestHost, type TestHost, type TestHostOptions } from '../host.ts'
import { pluginFolder } from '../plugin-folder.ts'
import { post, postModern, type WireAnswer } from '../wire.ts'
import { shelfConfig, shelfPlugin } from './shelf-plugin.ts'

/** The two families of revisions, by the newest of each. */
export const families = ['2025-11-25', '2026-07-28'] as const

/** Sends one request in the form of a family. */
export function ask(
  family: (typeof families)[number],
  url: string,
  token: string | undefined,
  method: string,
  params: Readonly<Record<string, unknown>> = {},
): Promise<WireAnswer> {
  if (family === '2026-07-28') return postModern(url, token, { method, params })
  return post(url, token, { jsonrpc: '2.0', id: 1, method, params }, { 'mcp-protocol-version': family })
}

/** A host with the plugin `shelf` alone. */
export async function startShelfHost(options: TestHostOptions = {}): Promise<TestHost> {
  const plugin = pathToFileURL(join(import.meta.dirname, 'shelf-plugin.ts')).href
  const folder = await pluginFolder({
    [shelfPlugin.name]: `export { shelfPlugin as default } from ${JSON.stringify(plugin)}\n`,
  })
  const config = { ...shelfConfig, ...options.config }
  const host = await startTestHost({ plugins: join(folder, 'plugins'), ...options, config })
  return {
    ...host,
    close: async () => {
      await host.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
