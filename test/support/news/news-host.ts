import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readEvents, type EventReader } from '../asking/event-reader.ts'
import { startTestHost, type TestHost, type TestHostOptions } from '../host.ts'
import { pluginFolder } from '../plugin-folder.ts'
import { mcpHeaders, modernMeta } from '../wire.ts'
import { newsConfig } from './news-plugin.ts'

/** A host with the plugin `news` alone. */
export function startNewsHost(options: TestHostOptions = {}): Promise<TestHost> {
  return startWith(['news'], options)
}

/** A host with the plugins `news` and `changing`. */
export function startChangingHost(options: TestHostOptions = {}): Promise<TestHost> {
  return startWith(['news', 'changing'], options)
}

async function startWith(names: readonly string[], options: TestHostOptions): Promise<TestHost> {
  const sources = names.map((name): [string, string] => {
    const url = pathToFileURL(join(import.meta.dirname, `${name}-plugin.ts`)).href
    return [name, `export { ${name}Plugin as default } from ${JSON.stringify(url)}\n`]
  })
  const folder = await pluginFolder(Object.fromEntries(sources))
  const config = { ...newsConfig, ...options.config }
  const host = await startTestHost({ plugins: join(folder, 'plugins'), ...options, config })
  return {
    ...host,
    close: async () => {
      await host.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Opens a stream of news at revision 2026-07-28. */
export function listen(
  url: string,
  token: string,
  notifications: unknown,
  id: string | number = 'news-1',
): Promise<EventReader> {
  const method = 'subscriptions/listen'
  return readEvents(url, {
    headers: {
      ...mcpHeaders,
      authorization: `Bearer ${token}`,
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id, method, params: { notifications, _meta: modernMeta } }),
  })
}
