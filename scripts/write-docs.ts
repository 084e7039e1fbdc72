import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { generatedDocs } from './docs/generated-docs.ts'

const root = dirname(import.meta.dirname)

for (const [path, text] of await generatedDocs(root)) {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), text)
  console.log(`wrote ${path}`)
}
