import { readAudit, verifyAudit } from '@toolgate/audit'
import { expect } from 'chai'
import { existsSync, readdirSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createStandingHost, type StandingHost } from '../support/standing-host.ts'
import { print, scaled } from './scale.ts'

const KILLS = scaled({ short: 3, long: 100 })
const CONNECTIONS = 16
const ANSWERS_BEFORE_A_KILL = 40

/** What stands in all files of the audit. */
interface Found {
  /** Ids of marks whose decision is recorded. */
  readonly decided: ReadonlySet<string>
  /** Of those, the ones whose outcome is recorded too. */
  readonly complete: ReadonlySet<string>
  readonly records: number
  readonly tornLinesRepaired: number
}

describe('the audit of a host that is killed under load', () => {
  for (const durability of ['process', 'disk'] as const) {
    it(`has both records of every call whose answer arrived, and no torn line (${durability})`, async () => {
      const standing = await createStandingHost({ durability, rotate: { bytes: 16_384 } })
      try {
        const answered = new Set<string>()
        let killedAmidRotation = 0
        for (let kill = 0; kill < KILLS; kill++) {
          await runUntilKilled(standing, kill, answered)
          if (isAmidRotation(standing)) killedAmidRotation++
        }
        const last = await standing.start()
        await last.stop()

        const found = await readAll(standing)
        const { faults } = await verifyAudit({ audit: standing.auditFile })
        const missing = [...answered].filter((id) => !found.complete.has(id))
        const unrecorded = (await standing.marks()).filter((id) => !found.decided.has(id))
        print(`audit, killed with ${durability}`, {
          kills: KILLS,
          'calls answered': answered.size,
          records: found.records,
          files: filesOf(standing),
          'kills amid a rotation': killedAmidRotation,
          'torn lines repaired': found.tornLinesRepaired,
          'answered without both records': missing.length,
          'run without a decision': unrecorded.length,
          'faults of the chain': faults.length,
        })
        expect(missing).to.deep.equal([])
        expect(unrecorded).to.deep.equal([])
        expect(faults).to.deep.equal([])
        expect(answered.size).to.be.at.least(KILLS * ANSWERS_BEFORE_A_KILL)
        expect(filesOf(standing)).to.be.above(KILLS)
      } finally {
        await standing.close()
      }
    }).timeout(scaled({ short: 180_000, long: 1_800_000 }))
  }
})

/** Calls over many connections, and kills the host while they run; notes the calls whose whole answer arrived. */
async function runUntilKilled(standing: StandingHost, kill: number, answered: Set<string>): Promise<void> {
  const host = await standing.start()
  let count = 0
  const enough = Promise.withResolvers<undefined>()
  const call = async (connection: number): Promise<void> => {
    for (let turn = 0; ; turn++) {
      const id = `${String(kill)}-${String(connection)}-${String(turn)}`
      const answer = await standing.mark(id).catch(() => undefined)
      // The host is gone: what its end cut short was not answered.
      if (answer === undefined) return
      expect(answer.status, answer.text).to.equal(200)
      expect(answer.text).to.include('left the mark')
      answered.add(id)
      count++
      if (count === ANSWERS_BEFORE_A_KILL) enough.resolve(undefined)
    }
  }
  const calls = Promise.all(Array.from({ length: CONNECTIONS }, (_, connection) => call(connection)))
  await Promise.race([enough.promise, calls])
  if (kill % 2 === 0) await delay(Math.random() * 50)
  else await draftIsSeen(standing)
  await host.kill()
  await calls
}

/** Waits for a rotation to begin. */
function draftIsSeen({ auditFile }: StandingHost): Promise<unknown> {
  return new Promise((resolve) => {
    const watcher = watch(dirname(auditFile), (_event, name) => {
      if (name !== `${basename(auditFile)}.new`) return
      watcher.close()
      resolve(undefined)
    })
  })
}

function isAmidRotation({ auditFile }: StandingHost): boolean {
  return existsSync(`${auditFile}.new`) || !existsSync(auditFile)
}

function filesOf({ auditFile }: StandingHost): number {
  return readdirSync(dirname(auditFile)).filter((name) => name.endsWith('.ndjson')).length
}

async function readAll({ auditFile }: StandingHost): Promise<Found> {
  const idOf = new Map<string, string>()
  const complete = new Set<string>()
  let records = 0
  let tornLinesRepaired = 0
  for await (const record of readAudit(auditFile)) {
    records++
    if (record.type === 'decision') idOf.set(record.requestId, record.clientName ?? '')
    if (record.type === 'event' && record.name === 'torn-line-repaired') tornLinesRepaired++
    const id = record.type === 'outcome' ? idOf.get(record.requestId) : undefined
    if (id !== undefined) complete.add(id)
  }
  return { decided: new Set(idOf.values()), complete, records, tornLinesRepaired }
}
