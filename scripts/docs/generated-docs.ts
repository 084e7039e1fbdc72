import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { configSchema, loadConfig } from '@toolgate/config'
import { clientLimits, clientLines, inspectTools } from '@toolgate/core'
import { configurationPage } from './configuration-page.ts'
import type { DocumentedSchema } from './configuration-page.ts'
import { docPaths } from './doc-paths.ts'
import { fillClientLimits } from './fill-client-limits.ts'
import { fillClientLines } from './fill-client-lines.ts'

/** What the pages that are written from code should hold, by path from the root of the repository. */
export async function generatedDocs(root: string): Promise<ReadonlyMap<string, string>> {
  // As the page at / does: what the first sign-in asks for, in a host without anything in its environment.
  const { initialScopes } = await inspectTools(await loadConfig({ folder: root, environment: {} }))
  const texts = new Map([['docs/configuration.md', configurationPage(configSchema as DocumentedSchema)]])
  for (const path of await docPaths(root)) {
    if (texts.has(path)) continue
    const text = await readFile(join(root, path), 'utf8')
    const filled = fillClientLimits(fillClientLines(text, clientLines, initialScopes), clientLines, clientLimits)
    if (filled !== text) texts.set(path, filled)
  }
  const options = (await resolveConfig(join(root, 'README.md'))) ?? {}
  const formatted = [...texts].map(
    async ([path, text]) => [path, await format(text, { ...options, parser: 'markdown' })] as const,
  )
  return new Map(await Promise.all(formatted))
}
