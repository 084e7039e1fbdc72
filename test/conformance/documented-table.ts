import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const page = join(import.meta.dirname, '../../docs/conformance.md')
const written = /(<!-- conformance -->\n)[\s\S]*?(\n<!-- \/conformance -->)/

/** Writes the table of a whole run into docs/conformance.md. The columns are made as wide as the page's formatter wants them. */
export function writeDocumentedTable(table: string): void {
  writeFileSync(page, withTable(readFileSync(page, 'utf8'), table))
}

/** Whether docs/conformance.md shows just this. */
export function isDocumented(table: string): boolean {
  const text = readFileSync(page, 'utf8')
  return text === withTable(text, table)
}

function withTable(text: string, table: string): string {
  if (!written.test(text)) throw new Error('docs/conformance.md has no place for the table')
  return text.replace(written, (_all, begin: string, end: string) => `${begin}\n${table}\n${end}`)
}
