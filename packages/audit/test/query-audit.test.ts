import { expect } from 'chai'
import { queryAudit, type AuditQuery } from '../src/index.ts'
import { createWorkspace, decisionEntry, type Workspace } from './support/workspace.ts'

describe('queryAudit', () => {
  let workspace: Workspace

  before(async () => {
    workspace = createWorkspace()
    const audit = await workspace.open()
    void audit.decision(decisionEntry({ requestId: 'a' }))
    void audit.outcome({ requestId: 'a', outcome: 'ok', durationMs: 1 })
    void audit.decision(decisionEntry({ requestId: 'b', subject: 'bob', tool: 'notes_delete', effect: 'deny' }))
    void audit.decision(decisionEntry({ requestId: 'c', clientId: 'client-2', clientName: 'other' }))
    void audit.outcome({ requestId: 'c', outcome: 'failed', durationMs: 1 })
    audit.event({ name: 'sign-in', user: 'bob', client: 'Other client-2' })
    await audit.close()
  })
  after(() => {
    workspace.remove()
  })

  async function asked(query: AuditQuery): Promise<readonly string[]> {
    const found: string[] = []
    for await (const record of queryAudit(workspace.file, query)) {
      found.push(record.type === 'event' ? record.name : `${record.type} ${record.requestId}`)
    }
    return found
  }

  const future = new Date(Date.now() + 3_600_000)
  const a = ['decision a', 'outcome a']
  const c = ['decision c', 'outcome c']
  const cases: [query: AuditQuery, ...found: string[]][] = [
    [{}, 'file-begun', ...a, 'decision b', ...c, 'sign-in'],
    [{ subjects: ['bob'] }, 'decision b', 'sign-in'],
    [{ subjects: ['alice'], client: 'client-2' }, ...c],
    [{ client: 'client-2' }, ...c, 'sign-in'],
    [{ client: 'a client' }, ...a, 'decision b'],
    [{ tool: 'notes_delete' }, 'decision b'],
    [{ decision: 'allow' }, ...a, ...c],
    [{ decision: 'deny', subjects: ['alice'] }],
    [{ since: future }],
    [{ until: future, tool: 'notes_delete' }, 'decision b'],
    [{ until: new Date(0) }],
  ]
  for (const [query, ...found] of cases) {
    it(`finds ${found.join(', ') || 'nothing'} for ${JSON.stringify(query)}`, async () => {
      expect(await asked(query)).to.deep.equal(found)
    })
  }
})
