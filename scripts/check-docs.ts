import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { checkCodeBlocks } from './docs/check-code-blocks.ts'
import { checkLinks } from './docs/check-links.ts'
import { checkScripts } from './docs/check-scripts.ts'
import type { DocFault } from './docs/doc-fault.ts'
import { readDocPage } from './docs/doc-page.ts'
import { docPaths } from './docs/doc-paths.ts'
import { generatedDocs } from './docs/generated-docs.ts'

const root = dirname(import.meta.dirname)
const pages = await Promise.all((await docPaths(root)).map((path) => readDocPage(root, path)))

const faults = [
  ...checkLinks(root, pages),
  ...checkScripts(root, pages),
  ...checkCodeBlocks(root, pages),
  ...(await staleDocs()),
]
for (const { path, line, message } of faults) console.error(`${path}:${line}: ${message}`)
console.log(`${pages.length} pages, ${faults.length} faults`)
process.exitCode = faults.length === 0 ? 0 : 1

async function staleDocs(): Promise<readonly DocFault[]> {
  const stale: DocFault[] = []
  for (const [path, text] of await generatedDocs(root)) {
    const present = await readFile(join(root, path), 'utf8').catch(() => '')
    if (present !== text) stale.push({ path, line: 1, message: 'is not what the code says: npm run docs' })
  }
  return stale
}
