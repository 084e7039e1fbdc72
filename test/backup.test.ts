import { openAudit, verifyAudit } from '@toolgate/audit'
import { expect } from 'chai'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'

const script = resolve(import.meta.dirname, '../docs/deploy/backup.mjs')
const quiet = () => undefined
const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet }

describe('docs/deploy/backup.mjs', () => {
  it('copies databases and an audit that is rotated meanwhile, whose chain is whole in each copy', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'toolgate-test-'))
    const state = join(folder, 'state')
    const file = join(state, 'audit.ndjson')
    const rotate = { bytes: 16_384, keep: 5 }
    const audit = await openAudit({ file, keyFile: join(state, 'audit.key'), durability: 'process', rotate, logger })
    const database = new DatabaseSync(join(state, 'things.db'))
    database.exec('PRAGMA journal_mode = WAL; CREATE TABLE things (name TEXT); INSERT INTO things VALUES (1)')
    const writing = setInterval(() => {
      for (let count = 0; count < 20; count++) audit.event({ name: 'test', detail: 'x'.repeat(200) })
    }, 10)
    try {
      for (const name of ['first', 'second', 'third']) {
        const copy = join(folder, name)
        await promisify(execFile)(process.execPath, [script, state, copy])
        const { faults, records } = await verifyAudit({ audit: join(copy, 'audit.ndjson') })
        expect(faults).to.deep.equal([])
        expect(records).to.be.above(0)
        const files = await readdir(copy)
        expect(files).to.include.members(['audit.key', 'audit.ndjson.head', 'things.db'])
        expect(files.filter((copied) => /lock|wal|shm|\.new$/.test(copied))).to.deep.equal([])
        const copied = new DatabaseSync(join(copy, 'things.db'), { readOnly: true })
        expect(copied.prepare('SELECT count(*) AS count FROM things').get()).to.include({ count: 1 })
        copied.close()
      }
      const whole = await readdir(state)
      expect(whole.filter((name) => name.startsWith('audit-'))).to.not.have.length(0)
    } finally {
      clearInterval(writing)
      database.close()
      await audit.close()
      await rm(folder, { recursive: true })
    }
  })
})
