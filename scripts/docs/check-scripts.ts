import { readFileSync } from 'node:fs'
import type { DocFault } from './doc-fault.ts'
import type { DocPage } from './doc-page.ts'

/** npm's own words behind `npm run` are scripts; these stand for one without `run`. */
const command = /\bnpm (?:run ([\w:-]+)|(start|test)\b)/g

/** Finds `npm run NAME` lines whose script the root's package.json lacks. */
export function checkScripts(root: string, pages: readonly DocPage[]): readonly DocFault[] {
  const { scripts } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { scripts: Record<string, string> }
  return pages.flatMap((page) =>
    page.text.split('\n').flatMap((line, index) =>
      [...line.matchAll(command)]
        .map(([, run, short]) => run ?? short ?? '')
        .filter((name) => !Object.hasOwn(scripts, name))
        .map((name) => ({ path: page.path, line: index + 1, message: `package.json has no script ${name}` })),
    ),
  )
}
