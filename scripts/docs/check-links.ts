import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import type { DocFault } from './doc-fault.ts'
import type { DocPage, Link } from './doc-page.ts'

const elsewhere = /^[a-z][a-z0-9+.-]*:|^\/\//i

/** Finds links that lead to no file and anchors that stand in no page. Links out of the repository are not followed. */
export function checkLinks(root: string, pages: readonly DocPage[]): readonly DocFault[] {
  const byPath = new Map(pages.map((page) => [page.path, page]))
  const faults: DocFault[] = []
  for (const page of pages) {
    for (const link of page.links) {
      const message = elsewhere.test(link.target) ? undefined : faultOf(root, byPath, page, link)
      if (message !== undefined) faults.push({ path: page.path, line: link.line, message })
    }
  }
  return faults
}

function faultOf(
  root: string,
  pages: ReadonlyMap<string, DocPage>,
  page: DocPage,
  { target }: Link,
): string | undefined {
  const [file = '', anchor] = decodeURIComponent(target).split('#')
  const path = file === '' ? page.path : posix.normalize(posix.join(posix.dirname(page.path), file))
  if (file.startsWith('/') || path.startsWith('..')) return `${target} leads out of the repository`
  if (!existsSync(`${root}/${path}`)) return `${target} leads to no file`
  if (anchor === undefined || !path.endsWith('.md')) return undefined
  return pages.get(path)?.anchors.has(anchor) === true ? undefined : `${target}: ${path} has no heading #${anchor}`
}
