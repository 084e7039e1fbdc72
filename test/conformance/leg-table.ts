import type { Verdict } from './judge-scenario.ts'
import type { Leg } from './legs.ts'

/** What one scenario of a leg showed. */
export interface Judged {
  readonly leg: Leg
  readonly verdict: Verdict
}

const titles = ['leg', 'scenarios', 'passed', 'failed', 'silent', 'checks passed', 'checks failed', 'warnings']

/** The totals of a run as a table of Markdown, a row per leg, its columns aligned as the formatter of the documents does it. */
export function legTable(legs: readonly Leg[], judged: readonly Judged[]): string {
  const rows = [
    titles,
    ...legs.map(({ name }) =>
      cells(
        name,
        judged.filter(({ leg }) => leg.name === name),
      ),
    ),
    cells('all', judged),
  ]
  const widths = titles.map((_title, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) => {
    const padded = row.map((cell, column) => {
      const width = widths[column] ?? 0
      return column === 0 ? cell.padEnd(width) : cell.padStart(width)
    })
    return `| ${padded.join(' | ')} |`
  }
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  const [head = [], ...body] = rows
  return [line(head), line(rule), ...body.map(line)].join('\n')
}

function cells(name: string, judged: readonly Judged[]): readonly string[] {
  const outcomes = (wanted: string) => judged.filter(({ verdict }) => verdict.outcome === wanted).length
  const sum = (of: 'passedChecks' | 'failedChecks' | 'warnings') =>
    judged.reduce((total, { verdict }) => total + verdict[of], 0)
  const counts = [
    judged.length,
    outcomes('passed'),
    outcomes('failed'),
    outcomes('silent'),
    sum('passedChecks'),
    sum('failedChecks'),
    sum('warnings'),
  ]
  return [name, ...counts.map(String)]
}
