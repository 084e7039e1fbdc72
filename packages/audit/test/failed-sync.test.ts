import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { AuditError, type Audit } from '../src/index.ts'
import { spoilDescriptor } from './support/spoil-descriptor.ts'
import { createWorkspace, decisionEntry, type Workspace } from './support/workspace.ts'

const LOG = 'the audit is unwritable: no tool runs until the host is started again'

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(1)
}

describe('an audit whose file cannot be synced any more', () => {
  let workspace: Workspace
  let audit: Audit

  async function openAndSpoil(durability: 'process' | 'disk'): Promise<void> {
    audit = await workspace.open(durability)
    const head = `${workspace.file}.head`
    await until(() => existsSync(head) && readFileSync(head, 'utf8') !== '')
    spoilDescriptor(workspace.file)
  }

  function expectRefusals(): void {
    const attempts = [
      () => audit.decision(decisionEntry()),
      () => audit.outcome({ requestId: 'request-1', outcome: 'ok', durationMs: 1 }),
      () => {
        audit.event({ name: 'sign-in' })
      },
    ]
    for (const attempt of [...attempts, ...attempts]) {
      expect(attempt).to.throw(AuditError, 'could not be synced').with.property('code', 'unwritable')
    }
  }

  beforeEach(() => {
    workspace = createWorkspace()
  })
  afterEach(async () => {
    await audit.close().catch(() => undefined)
    workspace.remove()
  })

  it('throws on every later record, and logs once, with process', async () => {
    await openAndSpoil('process')
    await audit.decision(decisionEntry())
    await until(() => workspace.errors.length > 0)
    expectRefusals()
    await sleep(20)
    expect(workspace.errors).to.deep.equal([LOG])
  })

  it('rejects the decisions that wait, and throws on every later record, with disk', async () => {
    await openAndSpoil('disk')
    const waiting = [audit.decision(decisionEntry()), audit.decision(decisionEntry())]
    const settled = await Promise.allSettled(waiting.map((done) => Promise.resolve(done)))
    const codes = settled.map((result) => result.status === 'rejected' && (result.reason as AuditError).code)
    expect(codes).to.deep.equal(['unwritable', 'unwritable'])
    expectRefusals()
    expect(workspace.errors).to.deep.equal([LOG])
  })

  it('takes decisions again after a new start', async () => {
    await openAndSpoil('disk')
    await audit.decision(decisionEntry()).catch(() => undefined)
    await audit.close().catch(() => undefined)
    audit = await workspace.open('disk')
    await audit.decision(decisionEntry())
    expect(readFileSync(workspace.file, 'utf8')).to.contain('"type":"decision"')
  })
})
