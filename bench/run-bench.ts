import { join } from 'node:path'
import { checkAudit } from './audit-counts.ts'
import { startIssuer, type BenchIssuer } from './issuer.ts'
import { startGenerator } from './load/generator.ts'
import { measureStart } from './measure-start.ts'
import { median } from './median.ts'
import { FAMILIES, type Family, type Method, type PartySettings } from './messages.ts'
import { PARTY_NAMES, type Party, type PartyName } from './party.ts'
import { callTargets, caseFigures, target, type CaseFigures, type Target } from './report.ts'
import { runRounds, type Pace } from './rounds.ts'
import type { Slot } from './slot.ts'
import { createRunFolder, createWorkspace } from './workspace.ts'

const CONNECTIONS = 16
const CASES: readonly { readonly method: Method; readonly toolCounts: readonly number[] }[] = [
  { method: 'tools/call', toolCounts: [10, 1000] },
  { method: 'tools/list', toolCounts: [10, 100, 1000] },
]
const TOOL_COUNTS = [10, 100, 1000]

interface Runner {
  readonly party: Party
  readonly tokens: readonly string[]
  /** Milliseconds from nothing to the first answer, of each start. */
  readonly starts: readonly number[]
}

/** Everything that a run found out. */
export interface BenchResult {
  readonly cases: readonly CaseFigures[]
  readonly targets: readonly Target[]
  readonly auditRecords: number
}

async function startRunner(
  name: PartyName,
  settings: PartySettings,
  tokens: string[],
  starts: number,
): Promise<Runner> {
  const milliseconds: number[] = []
  for (;;) {
    const started = await measureStart(name, settings, tokens)
    milliseconds.push(started.milliseconds)
    if (milliseconds.length === starts) return { party: started.party, tokens, starts: milliseconds }
    await started.party.close()
  }
}

/** Starts all servers, into an array of the caller's, who closes what was started if one of them fails. */
async function startRunners(runners: Runner[], folder: string, issuer: BenchIssuer, starts: number): Promise<void> {
  for (const toolCount of TOOL_COUNTS) {
    for (const name of PARTY_NAMES) {
      const own = join(folder, `${name}-${String(toolCount)}`)
      const settings = await createWorkspace(own, issuer, toolCount, name === 'shared')
      const tokens = await issuer.makeTokens(settings.resource, CONNECTIONS)
      runners.push(await startRunner(name, settings, tokens, name === 'toolgate' ? starts : 1))
    }
  }
}

function slotGroups(runners: readonly Runner[]): Slot[][] {
  const group = (method: Method, family: Family, toolCounts: readonly number[]): Slot[] =>
    runners
      .filter(({ party }) => toolCounts.includes(party.settings.toolCount))
      .toSorted((a, b) => PARTY_NAMES.indexOf(a.party.name) - PARTY_NAMES.indexOf(b.party.name))
      .map(({ party, tokens }) => ({ party, tokens, method, family }))
  return CASES.flatMap(({ method, toolCounts }) => FAMILIES.map((family) => group(method, family, toolCounts)))
}

async function resourceTargets(runners: readonly Runner[]): Promise<Target[]> {
  const runner = (name: PartyName, count: number): Runner | undefined =>
    runners.find(({ party }) => party.name === name && party.settings.toolCount === count)
  const megabytes = async (name: PartyName, count: number): Promise<number> =>
    ((await runner(name, count)?.party.usage())?.rssBytes ?? Number.NaN) / 1_048_576
  const targets: Target[] = []
  for (const count of TOOL_COUNTS) {
    const start = median(runner('toolgate', count)?.starts ?? [])
    targets.push(target(`start to first call, N=${String(count)}`, start, 'at most', 1500, 'ms'))
  }
  for (const count of TOOL_COUNTS) {
    const limit = Math.round(await megabytes('recipe', count))
    const name = `resident memory of the host after the run, N=${String(count)}`
    targets.push(target(name, await megabytes('toolgate', count), 'at most', limit, 'MiB'))
  }
  return targets
}

async function checkAudits(runners: readonly Runner[], counts: ReadonlyMap<string, number>): Promise<number> {
  let records = 0
  for (const { party, starts } of runners) {
    if (party.name === 'toolgate') records += await checkAudit(party, counts, starts.length)
  }
  return records
}

/**
 * Runs the whole benchmark.
 *
 * @throws Error if any answer was wrong, or a call is missing in the host's audit
 */
export async function runBench(pace: Pace, progress: (text: string) => void): Promise<BenchResult> {
  const folder = createRunFolder()
  const issuer = await startIssuer()
  const generator = startGenerator()
  const runners: Runner[] = []
  try {
    progress('starting the servers')
    await startRunners(runners, folder.path, issuer, pace.starts)
    const { samples, counts } = await runRounds(generator, slotGroups(runners), pace, progress)
    const targets = [...callTargets(samples), ...(await resourceTargets(runners))]
    const cases = CASES.flatMap(({ method, toolCounts }) =>
      FAMILIES.flatMap((family) => toolCounts.map((count) => caseFigures(samples, method, family, count))),
    )
    return { cases, targets, auditRecords: await checkAudits(runners, counts) }
  } finally {
    generator.close()
    for (const { party } of runners) await party.close()
    issuer.close()
    folder.remove()
  }
}
