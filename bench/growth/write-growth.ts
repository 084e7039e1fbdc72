import { readFileSync, writeFileSync } from 'node:fs'
import { growthChart } from './growth-chart.ts'
import { growthTables, markdownTable, NOT_MEASURED } from './growth-tables.ts'
import type { GrowthResult } from './run-growth.ts'

const BEGIN = '<!-- bench-growth -->'
const END = '<!-- /bench-growth -->'

/**
 * Writes what was measured of growth where the README shows it.
 *
 * @throws Error if the README has no place for it, which is between `<!-- bench-growth -->` and `<!-- /bench-growth -->`
 */
export function writeGrowth(result: GrowthResult, files: { readonly readme: string; readonly chart: string }): void {
  const text = withGrowth(readFileSync(files.readme, 'utf8'), result)
  writeFileSync(files.chart, growthChart(result))
  writeFileSync(files.readme, text)
}

/** The text of a README with these figures of growth in the place of others. */
export function withGrowth(readme: string, result: GrowthResult): string {
  const begin = readme.indexOf(BEGIN)
  const end = readme.indexOf(END)
  if (begin === -1 || end < begin) throw new Error(`the README has no ${BEGIN} … ${END} for the figures of growth`)
  const targets = result.targets.map(({ name, value, bound, limit, unit, met }) => {
    const measured = `${value.toFixed(2)}${unit === 'x' ? '' : ` ${unit}`}`
    return `${name}: ${measured} (${bound} ${String(limit)}: ${met ? 'met' : 'missed'})`
  })
  const parts = [
    BEGIN,
    ...growthTables(result).map(markdownTable),
    '![The host beside the floor as tools and connections grow](docs/bench-growth.svg)',
    `${targets.join('; ')}.`,
    NOT_MEASURED,
    END,
  ]
  return `${readme.slice(0, begin)}${parts.join('\n\n')}${readme.slice(end + END.length)}`
}
