import type { AuthorizationFigures, IntrospectionCounts, TokenFigures } from './compared-hosts.ts'
import type { PolicyFigures } from './policy-figures.ts'
import { COMPARED, type CaseFigures, type DurabilityFigures, type Target } from './report.ts'

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
      ...COMPARED.map((party) => figures.microseconds[party]),
      ...COMPARED.map((party) => figures.cpuMicroseconds[party]),
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

/** What the durability of the audit costs a call, as lines. */
export function durabilityTable(figures: readonly DurabilityFigures[]): string {
  return [
    "Microseconds per call of the host by audit.durability, N=10; 'disk' waits for fdatasync twice",
    row(['', 'process', 'disk', 'ratio']),
    ...figures.map(({ family, process, disk, diskTimesProcess }) =>
      row([`tools/call ${family}`, process, disk, diskTimesProcess]),
    ),
  ].join('\n')
}

/** What authorization and audit cost a call, as lines. */
export function authorizationTable(figures: readonly AuthorizationFigures[]): string {
  return [
    'Microseconds per call of the host, and of the same host with neither authorization nor audit of calls, N=10',
    row(['', 'host', 'unjudged', 'ratio', 'cpu: host', 'unjudged', 'ratio']),
    ...figures.map(({ family, host, unjudged, hostTimesUnjudged, cpu }) =>
      row([`tools/call ${family}`, host, unjudged, hostTimesUnjudged, cpu.host, cpu.unjudged, cpu.hostTimesUnjudged]),
    ),
  ].join('\n')
}

/** What a call costs by the kind of its token, as lines. */
export function tokenTable(figures: readonly TokenFigures[], { questions, calls }: IntrospectionCounts): string {
  return [
    'Microseconds per call of the host by the kind of token, N=10: JWT, JWT with a new proof per request (DPoP), opaque and cached',
    row(['', 'bearer', 'dpop', 'opaque', 'ratio: dpop', 'opaque']),
    ...figures.map(({ family, bearer, dpop, introspected, dpopTimesBearer, introspectedTimesBearer }) =>
      row([`tools/call ${family}`, bearer, dpop, introspected, dpopTimesBearer, introspectedTimesBearer]),
    ),
    `The issuer was asked ${String(questions)} times in ${String(calls)} calls with opaque tokens.`,
  ].join('\n')
}

/** What the policy alone costs, as lines. */
export function policyTable(figures: PolicyFigures): string {
  const { decideMicroseconds: decide, filterMilliseconds: filter, knownListMicroseconds: known } = figures
  return [
    'The policy alone: three alternatives, two implications and a condition per tool',
    row(['decide (us)', 'allow', decide.allow, 'deny', decide.deny]),
    row(['filter 1,000 tools (ms)', 'all of them', filter.all, 'two of them', filter.few]),
    row(['list for known scopes (us)', '10 tools', known.few, '1,000 tools', known.many]),
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
