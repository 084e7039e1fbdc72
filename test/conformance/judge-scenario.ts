/** What the suite wrote of one check. */
export interface Check {
  readonly id: string
  readonly status: string
  readonly message: string | undefined
}

/** What a run of one scenario left behind. */
export interface ScenarioRun {
  readonly exitCode: number | null
  /** Undefined if the suite wrote none that can be read. */
  readonly checks: readonly Check[] | undefined
  /** What the suite printed last. */
  readonly lastWords: string
}

/** What one scenario showed. `silent`: it asserted nothing, and it is known that it cannot. */
export interface Verdict {
  readonly outcome: 'passed' | 'failed' | 'silent'
  readonly passedChecks: number
  readonly failedChecks: number
  readonly warnings: number
  /** Everything to mend, one sentence each. */
  readonly complaints: readonly string[]
}

/** Statuses that the suite is known to write: another one is a complaint, not a pass. */
const quiet = new Set(['SUCCESS', 'SKIPPED', 'INFO'])

/**
 * Judges more strictly than the suite: a warning fails, and so does a scenario in which no check passed, unless it is known
 * to assert nothing.
 *
 * @param silentBecause why the scenario can assert nothing; undefined if it can
 */
export function judgeScenario(run: ScenarioRun, silentBecause: string | undefined): Verdict {
  const { checks, exitCode } = run
  if (checks === undefined) return verdict('failed', [], [`the suite wrote no checks: ${run.lastWords}`])
  const complaints = checks
    .filter(({ status }) => !quiet.has(status))
    .map(({ id, status, message }) => `${status} ${id}${message === undefined ? '' : `: ${message}`}`)
  const asserted = checks.some(({ status }) => status === 'SUCCESS' || status === 'FAILURE')
  if (silentBecause !== undefined && !asserted && exitCode === 0) return verdict('silent', checks, [])
  if (silentBecause !== undefined && asserted) {
    complaints.push('it asserts something now: strike it from the silent ones')
  }
  if (!asserted) complaints.push('nothing was asserted')
  if (exitCode !== 0 && complaints.length === 0) complaints.push(`the suite ended with ${String(exitCode)}`)
  return verdict(complaints.length === 0 ? 'passed' : 'failed', checks, complaints)
}

function verdict(outcome: Verdict['outcome'], checks: readonly Check[], complaints: readonly string[]): Verdict {
  const count = (wanted: string) => checks.filter(({ status }) => status === wanted).length
  return {
    outcome,
    passedChecks: count('SUCCESS'),
    failedChecks: count('FAILURE'),
    warnings: count('WARNING'),
    complaints,
  }
}
