import { expect } from 'chai'
import { openAppendFile } from '../src/append-file.ts'
import { AuditError } from '../src/index.ts'

describe('openAppendFile', () => {
  it('takes no line after a failed sync, and tells once', async () => {
    // The null device takes what is written and refuses to be synced.
    const told: Error[] = []
    const failed = Promise.withResolvers<undefined>()
    const file = openAppendFile('/dev/null', {
      begin: () => undefined,
      synced: () => undefined,
      failed: (error) => {
        told.push(error)
        failed.resolve(undefined)
      },
    })
    file.append('taken')
    file.append('taken')
    await failed.promise
    expect(() => file.append('refused'))
      .to.throw(AuditError, 'could not be synced')
      .with.property('code', 'unwritable')
    const waited: unknown = await file.commit().catch((reason: unknown) => reason)
    expect(waited).to.have.property('code', 'unwritable')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(told).to.have.length(1)
  })
})
