import { PARTY_NAMES } from './party.ts'
import type { CaseFigures, Target } from './report.ts'

function row(cells: readonly (string | number)[]): string {
  return cells
    .map((cell, index) => {
      const text = typeof cell === 'number' ? cell.toFixed(cell < 10 ? 2 : 0) : cell
      return index === 0 ? text.padEnd(30) : text.padStart(12)
    })
    .join('')
}

/** The table of all cases as lines. */
export function caseTable(cases: readonly CaseFigures[]): string {
  const names = ['floor', 'recipe', 'shared', 'host']
  const head = ['', ...names, 'cpu: floor', ...names.slice(1), 'host/floor', 'recipe/host', 'shared/host']
  const lines = cases.map((figures) =>
    row([
      `${figures.method} ${figures.family} N=${String(figures.toolCount)}`,
      ...PARTY_NAMES.map((party) => figures.microseconds[party]),
      ...PARTY_NAMES.map((party) => figures.cpuMicroseconds[party]),
      figures.timesTheFloor,
      figures.recipeTimesTheHost,
      figures.sharedTimesTheHost,
    ]),
  )
  return [
    'Microseconds per request, 16 connections (shared: the recipe with schemas that are made once)',
    row(head),
    ...lines,
  ].join('\n')
}

/** The targets as lines, each beside what was measured. */
export function targetTable(targets: readonly Target[]): string {
  const lines = targets.map(({ name, value, bound, limit, unit, met }) => {
    const measured = value.toFixed(value < 100 ? 2 : 0)
    return `${name.padEnd(52)}${measured.padStart(8)} ${unit.padEnd(3)} (${bound} ${String(limit)}) ${met ? 'met' : 'MISSED'}`
  })
  return ['Targets', ...lines].join('\n')
}
