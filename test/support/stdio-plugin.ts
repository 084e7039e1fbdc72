import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { pluginFolder } from './plugin-folder.ts'
import { stdioFolder, type StdioFolder } from './stdio.ts'

/** A folder for `toolgate stdio` with plugins of the tests, each by its name and its file under test/support. */
export async function stdioFolderWith(
  plugins: Readonly<Record<string, string>>,
  config: Readonly<Record<string, unknown>> = {},
): Promise<StdioFolder> {
  const sources = Object.entries(plugins).map(([name, file]): [string, string] => {
    const url = pathToFileURL(join(import.meta.dirname, file)).href
    return [name, `export { ${name}Plugin as default } from ${JSON.stringify(url)}\n`]
  })
  const made = await pluginFolder(Object.fromEntries(sources))
  const folder = await stdioFolder(config, join(made, 'plugins'))
  return {
    ...folder,
    async [Symbol.asyncDispose]() {
      await folder[Symbol.asyncDispose]()
      await rm(made, { recursive: true, force: true })
    },
  }
}
