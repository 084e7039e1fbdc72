import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'chai'
import { openAppendFile } from '../src/append-file.ts'
import { AuditError } from '../src/index.ts'
import { createWorkspace } from './support/workspace.ts'

describe('openAppendFile', () => {
  it('takes no line after a failed sync, and tells once', async () => {
    const workspace = createWorkspace()
    const pipe = join(workspace.folder, 'pipe')
    // A pipe takes what is written and refuses to be synced.
    execFileSync('mkfifo', [pipe])
    const told: AuditError[] = []
    const failed = Promise.withResolvers<undefined>()
    const file = openAppendFile(pipe, (error) => {
      told.push(error)
      failed.resolve(undefined)
    })
    file.append('taken')
    file.append('taken')
    await failed.promise
    expect(() => file.append('refused'))
      .to.throw(AuditError, 'could not be synced')
      .with.property('code', 'unwritable')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(told).to.have.length(1)
    workspace.remove()
  })
})
