import { expect } from 'chai'
import { judgeScenario, type Check, type ScenarioRun } from './conformance/judge-scenario.ts'
import { legTable } from './conformance/leg-table.ts'
import { legs } from './conformance/legs.ts'
import { listScenarios } from './conformance/suite.ts'

function ran(statuses: readonly string[], exitCode: number | null = 0): ScenarioRun {
  const checks = statuses.map((status): Check => ({ id: status.toLowerCase(), status, message: undefined }))
  return { exitCode, checks, lastWords: 'the end' }
}

function outcome(run: ScenarioRun, silentBecause?: string): readonly string[] {
  const { outcome: word, complaints } = judgeScenario(run, silentBecause)
  return [word, ...complaints]
}

describe('the verdict on a scenario of the conformance suite', () => {
  it('passes what asserts something and complains of nothing', () => {
    expect(outcome(ran(['SUCCESS', 'INFO', 'SKIPPED']))).to.deep.equal(['passed'])
  })

  it('fails on a failure, a warning and a status that it does not know', () => {
    expect(outcome(ran(['SUCCESS', 'FAILURE'], 1))).to.deep.equal(['failed', 'FAILURE failure'])
    expect(outcome(ran(['SUCCESS', 'WARNING']))).to.deep.equal(['failed', 'WARNING warning'])
    expect(outcome(ran(['SUCCESS', 'ERROR']))).to.deep.equal(['failed', 'ERROR error'])
  })

  it('fails where nothing was asserted, unless that is known', () => {
    expect(outcome(ran([]))).to.deep.equal(['failed', 'nothing was asserted'])
    expect(outcome(ran(['INFO', 'SKIPPED']))).to.deep.equal(['failed', 'nothing was asserted'])
    expect(outcome(ran(['WARNING', 'INFO']), 'no assertions')).to.deep.equal(['silent'])
  })

  it('fails a scenario that is called silent and asserts after all', () => {
    const stale = 'it asserts something now: strike it from the silent ones'
    expect(outcome(ran(['SUCCESS']), 'no assertions')).to.deep.equal(['failed', stale])
    expect(outcome(ran(['FAILURE'], 1), 'no assertions')).to.deep.equal(['failed', 'FAILURE failure', stale])
  })

  it('fails where the suite itself broke', () => {
    const broken = { exitCode: null, checks: undefined, lastWords: 'killed' }
    expect(outcome(broken)).to.deep.equal(['failed', 'the suite wrote no checks: killed'])
    expect(outcome(broken, 'no assertions')).to.deep.equal(['failed', 'the suite wrote no checks: killed'])
    expect(outcome(ran(['SUCCESS'], 2))).to.deep.equal(['failed', 'the suite ended with 2'])
  })
})

describe('the legs of the conformance run', () => {
  it('have as many scenarios as the installed suite lists for them, with every silent one among them', async () => {
    // A process for each leg, which takes its time to load.
    for (const leg of legs) {
      const names = await listScenarios(leg)
      expect(names, leg.name).to.include.members(Object.keys(leg.silent))
    }
  })

  it('are refused when the suite lists another number', async () => {
    const [leg] = legs
    if (leg === undefined) throw new TypeError('there are no legs')
    const refusal = await listScenarios({ ...leg, scenarios: leg.scenarios + 1 }).catch(String)
    expect(refusal).to.match(/^Error: stable@2025-06-18 has 26 scenarios, not 27/)
  })

  it('are added up in a row each', () => {
    const [leg, other] = legs
    if (leg === undefined || other === undefined) throw new TypeError('there are no two legs')
    const judged = [
      { leg, verdict: judgeScenario(ran(['SUCCESS', 'SUCCESS']), undefined) },
      { leg, verdict: judgeScenario(ran(['SUCCESS', 'FAILURE', 'WARNING'], 1), undefined) },
      { leg: other, verdict: judgeScenario(ran(['INFO']), 'no assertions') },
    ]
    expect(legTable([leg, other], judged).split('\n')).to.deep.equal([
      '| leg               | scenarios | passed | failed | silent | checks passed | checks failed | warnings |',
      '| ----------------- | --------: | -----: | -----: | -----: | ------------: | ------------: | -------: |',
      '| stable@2025-06-18 |         2 |      1 |      1 |      0 |             3 |             1 |        1 |',
      '| stable@2025-11-25 |         1 |      0 |      0 |      1 |             0 |             0 |        0 |',
      '| all               |         3 |      1 |      1 |      1 |             3 |             1 |        1 |',
    ])
  })
})
