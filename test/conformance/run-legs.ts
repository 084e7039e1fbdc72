import { judgeScenario, type Verdict } from './judge-scenario.ts'
import type { Leg } from './legs.ts'
import { legTable, type Judged } from './leg-table.ts'
import { startJudgedHost } from './start-judged-host.ts'
import { listScenarios, runScenario } from './suite.ts'

/** What is run, and where it is told. */
export interface RunOptions {
  readonly legs: readonly Leg[]
  /** Names of the scenarios to run; all of the legs if undefined. */
  readonly scenarios: readonly string[] | undefined
  /** How many scenarios run at once. */
  readonly atOnce: number
  readonly print: (line: string) => void
}

/** One scenario of one leg. */
interface Place {
  readonly leg: Leg
  readonly scenario: string
}

/** What a run came to. */
export interface RunResult {
  /** Scenarios that passed; silent ones are none. */
  readonly passing: number
  readonly failing: number
  /** The totals, a row per leg, in Markdown. */
  readonly table: string
}

/**
 * Runs the official suite against the host, a line per scenario.
 *
 * @throws Error if the suite is not the one that the legs describe, or the host does not start or end well
 */
export async function runLegs({ legs, scenarios, atOnce, print }: RunOptions): Promise<RunResult> {
  const places = await findPlaces(legs, scenarios)
  const host = await startJudgedHost()
  const judged: Judged[] = []
  const waiting = places.values()
  const work = async () => {
    for (const place of waiting) {
      const { leg, scenario } = place
      const run = await runScenario(leg, scenario, host.url)
      const verdict = judgeScenario(run, leg.silent[scenario])
      judged.push({ ...place, verdict })
      print(lineOf(place, verdict))
      for (const complaint of verdict.complaints) print(`          ${complaint.slice(0, 500)}`)
    }
  }
  try {
    await Promise.all(Array.from({ length: atOnce }, work))
  } finally {
    const { decisions, subjects } = await host.close()
    print(`\nThe host wrote ${String(decisions)} decisions to its audit, all for ${subjects.join(', ')}.\n`)
  }
  const count = (wanted: Verdict['outcome']) => judged.filter(({ verdict }) => verdict.outcome === wanted).length
  return { passing: count('passed'), failing: count('failed'), table: legTable(legs, judged) }
}

async function findPlaces(legs: readonly Leg[], scenarios: readonly string[] | undefined): Promise<readonly Place[]> {
  const listed = await Promise.all(legs.map(async (leg) => ({ leg, names: await listScenarios(leg) })))
  const places = listed.flatMap(({ leg, names }) =>
    names.filter((name) => scenarios?.includes(name) ?? true).map((scenario) => ({ leg, scenario })),
  )
  const unknown = scenarios?.find((name) => !places.some(({ scenario }) => scenario === name))
  if (unknown !== undefined) {
    throw new Error(`There is no scenario ${unknown} in ${legs.map(({ name }) => name).join(', ')}`)
  }
  return places
}

function lineOf({ leg, scenario }: Place, { outcome, passedChecks, failedChecks, warnings }: Verdict): string {
  const counts = [
    `${String(passedChecks)} passed`,
    ...(failedChecks > 0 ? [`${String(failedChecks)} failed`] : []),
    ...(warnings > 0 ? [`${String(warnings)} warnings`] : []),
  ]
  const reason = outcome === 'silent' ? ` (${leg.silent[scenario] ?? ''})` : ''
  return `${outcome.padEnd(9)} ${leg.name.padEnd(18)} ${scenario}: ${counts.join(', ')}${reason}`
}
