import { readAudit, verifyAudit } from '@toolgate/audit'
import { loadConfig } from '@toolgate/config'
import { startHost } from '@toolgate/core'
import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { spoilDescriptor } from '../packages/audit/test/support/spoil-descriptor.ts'
import { createStandingHost, type StandingHost } from './support/standing-host.ts'
import type { WireAnswer } from './support/wire.ts'

/** A file may not grow over 16 KiB in the process: the one failure of write that every user meets alike. */
const FULL = 'ulimit -S -f 16;'

for (const durability of ['process', 'disk'] as const) {
  describe(`when the audit cannot be written (${durability})`, () => {
    let standing: StandingHost
    let calls = 0

    beforeEach(async () => {
      standing = await createStandingHost({ durability })
    })
    afterEach(() => standing.close())

    /** Calls so often, some at a time; gives the ids with their answers. */
    async function call(count: number): Promise<readonly (readonly [id: string, answer: WireAnswer])[]> {
      const one = async () => {
        const id = `call-${String(calls++)}`
        return [id, await standing.mark(id)] as const
      }
      const answers: (readonly [string, WireAnswer])[] = []
      while (answers.length < count) answers.push(...(await Promise.all(Array.from({ length: 5 }, one))))
      return answers
    }

    function expectRefused(answers: readonly (readonly [string, WireAnswer])[]): void {
      for (const [, answer] of answers) {
        expect(answer.status).to.equal(503)
        expect(answer.headers).to.have.property('retry-after')
        expect(answer.text).to.include('could not be recorded').and.not.include('left the mark')
      }
    }

    /** Client names of decisions, and of those with an outcome. */
    async function recorded(): Promise<{ decided: readonly string[]; complete: readonly string[] }> {
      const decided = new Map<string, string>()
      const complete: string[] = []
      for await (const record of readAudit(standing.auditFile)) {
        if (record.type === 'decision') decided.set(record.requestId, record.clientName ?? '')
        if (record.type === 'outcome') complete.push(decided.get(record.requestId) ?? '')
      }
      return { decided: [...decided.values()], complete }
    }

    async function faults(): Promise<unknown> {
      return (await verifyAudit({ audit: standing.auditFile })).faults
    }

    it('since its file can take no more, answers 503, runs nothing unrecorded, and goes on once there is room', async () => {
      const host = await standing.start(FULL)
      const first = await call(60)
      expect(first[0]?.[1].status).to.equal(200)
      const whenFull = await standing.marks()
      const refused = await call(20)
      expectRefused(refused)
      expect(await standing.marks()).to.deep.equal(whenFull)

      const { decided, complete } = await recorded()
      expect(decided).to.include.members([...whenFull])
      expect(complete).to.include.members(first.flatMap(([id, { status }]) => (status === 200 ? [id] : [])))
      if (!makeRoom(host.pid)) {
        await host.stop()
        await standing.start()
      }
      const [[id, answer] = []] = await call(5)
      expect(answer?.status).to.equal(200)
      expect(await standing.marks()).to.include(id)
      expect(await faults()).to.deep.equal([])
    })

    it('since the disk does not take it, answers 503 and runs nothing until the host is started again', async () => {
      const { folder } = standing
      const config = await loadConfig({ file: join(folder, 'mcp.config.json'), folder, environment: {} })
      const host = await startHost({ config, mode: 'serve', environment: { LOG_LEVEL: 'silent' } })
      try {
        await call(5)
        await untilAllIsSynced()
        spoilDescriptor(standing.auditFile)
        const before = await standing.marks()
        // With process the first ones run: they are with the kernel, which has not yet said that it failed.
        if (durability === 'process') while ((await call(5)).some(([, { status }]) => status === 200)) await delay(5)
        else expectRefused(await call(5))
        const whenFailed = await standing.marks()
        if (durability === 'disk') expect(whenFailed).to.deep.equal(before)
        expectRefused(await call(20))
        expect(await standing.marks()).to.deep.equal(whenFailed)
      } finally {
        await host.close().catch(() => undefined)
      }
      await standing.start()
      const [[, answer] = []] = await call(5)
      expect(answer?.status).to.equal(200)
      expect(await faults()).to.deep.equal([])
    })

    /** The head is written when a sync ends. */
    async function untilAllIsSynced(): Promise<void> {
      const head = `${standing.auditFile}.head`
      const isSynced = async () => {
        if (!existsSync(head)) return false
        const { last } = await verifyAudit({ files: [standing.auditFile] })
        return readFileSync(head, 'utf8').includes(last.chain)
      }
      while (!(await isSynced())) await delay(5)
    }
  })
}

/** Lifts the limit of a process that runs; false where there is no command for that. */
function makeRoom(pid: number): boolean {
  const { status } = spawnSync('prlimit', ['--pid', String(pid), '--fsize=unlimited:'], { stdio: 'ignore' })
  return status === 0
}
