import { expect } from 'chai'
import { queryAudit, summarizeShadow, type DecisionEntry } from '../src/index.ts'
import { createWorkspace, decisionEntry, type Workspace } from './support/workspace.ts'

type Verdict = NonNullable<DecisionEntry['shadow']>

describe('summarizeShadow', () => {
  let workspace: Workspace
  before(async () => {
    workspace = createWorkspace()
    const audit = await workspace.open()
    let id = 0
    const decide = (shadow: Verdict | undefined, more: Partial<DecisionEntry> = {}) =>
      void audit.decision(decisionEntry({ requestId: String(id++), tool: 'notes_delete', ...more, shadow }))
    const rule = 'shadow.tools.notes_delete'
    const lacking = (...missing: string[]) => ({ effect: 'would_deny', rule, missing }) as const
    const alice = { subject: 'alice', clientId: 'one' }
    decide(lacking('notes:admin'), alice)
    decide(lacking('notes:admin', 'audit'), alice)
    decide(lacking('notes:admin'), { subject: 'bob', clientId: 'two' })
    decide(lacking('notes:admin'), { subject: 'bob', clientId: 'two', issuer: 'https://other.example' })
    decide({ effect: 'would_deny', rule, stale: ['the token has no auth_time'] }, alice)
    decide({ effect: 'would_allow', rule }, alice)
    decide(lacking('notes:admin'), { ...alice, effect: 'deny' })
    decide({ effect: 'would_allow', rule }, { effect: 'deny' })
    decide({ effect: 'would_allow', rule }, { effect: 'stale' })
    decide({ effect: 'not_evaluated', rule, error: 'x' })
    const plugin = 'shadow.plugins.notes'
    decide({ effect: 'would_allow', rule: plugin }, { tool: 'notes_list' })
    decide({ effect: 'would_allow', rule: plugin }, { tool: 'notes_create' })
    decide(undefined, { tool: 'files_read' })
    await audit.close()
  })
  after(() => {
    workspace.remove()
  })

  it('counts calls, people and clients per tool and rule, those that would be refused most first', async () => {
    const nothing = { wouldDeny: 0, wouldAllow: 0, notEvaluated: 0, subjects: 0, clients: 0, missing: [], stale: 0 }
    expect(await summarizeShadow(queryAudit(workspace.file, {}))).to.deep.equal([
      {
        tool: 'notes_delete',
        rule: 'shadow.tools.notes_delete',
        calls: 10,
        wouldDeny: 5,
        wouldAllow: 2,
        notEvaluated: 1,
        subjects: 3,
        clients: 2,
        missing: [
          { scope: 'notes:admin', calls: 4 },
          { scope: 'audit', calls: 1 },
        ],
        stale: 1,
      },
      { ...nothing, tool: 'notes_create', rule: 'shadow.plugins.notes', calls: 1 },
      { ...nothing, tool: 'notes_list', rule: 'shadow.plugins.notes', calls: 1 },
    ])
  })

  it('finds nothing where nothing was proposed', async () => {
    expect(await summarizeShadow(queryAudit(workspace.file, { tool: 'files_read' }))).to.deep.equal([])
  })
})
