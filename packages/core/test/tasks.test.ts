import { expect } from 'chai'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import type { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HostError } from '../src/errors.ts'
import { RunningTask } from '../src/tasks/running-task.ts'
import { openTaskDatabase } from '../src/tasks/task-database.ts'
import { TaskLimit } from '../src/tasks/task-limit.ts'
import { TaskRecords } from '../src/tasks/task-records.ts'
import { Tasks, type FoundTask, type TaskLimits } from '../src/tasks/tasks.ts'

const ada = { issuer: 'https://issuer.example', subject: 'ada', clientId: 'c', scopes: [], claims: {} }
const eve = { ...ada, subject: 'eve' }
const resultBytes = 1_000

describe('the tasks of a host', () => {
  let folder: string
  let database: DatabaseSync
  let tasks: Tasks
  const opened: Tasks[] = []
  let now = 1_000_000

  const open = (limits: Partial<TaskLimits> = {}) => {
    database = openTaskDatabase(folder)
    tasks = new Tasks(new TaskRecords(database), { clock: () => now, resultBytes, limits })
    opened.push(tasks)
  }
  const begin = (principal = ada, args: unknown = {}): FoundTask => {
    const running = new RunningTask(() => now)
    const done = Promise.resolve()
    return tasks.begin({ principal, tool: 't', args, demanded: [], requestId: 'r', running, done })
  }
  const end = ({ record }: FoundTask, result = '{}') => {
    tasks.settle(record.id, { status: 'completed', message: undefined, result, error: undefined })
  }
  const expectFull = (principal: typeof ada, status: number, args: unknown = {}) => {
    try {
      begin(principal, args)
    } catch (error) {
      expect(error).to.be.instanceOf(TaskLimit)
      expect((error as TaskLimit).refusal(1).status).to.equal(status)
      return
    }
    throw new Error('there was room')
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'toolgate-tasks-'))
  })
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close().catch(() => undefined)
    await rm(folder, { recursive: true, force: true })
  })

  it('are in a file of mode 0600, which one process holds', async () => {
    open()
    begin()
    expect((await stat(join(folder, 'tasks.db'))).mode & 0o777).to.equal(0o600)
    expect(() => openTaskDatabase(folder))
      .to.throw(HostError, /tasks cannot be kept/)
      .with.property('code', 'tasks-unusable')
  })

  it('are not opened in a file of a newer version', () => {
    open()
    database.exec('PRAGMA user_version = 99')
    database.close()
    expect(() => openTaskDatabase(folder)).to.throw(HostError, /newer version/)
    folder = join(folder, 'another')
    open()
  })

  it('are shown with an end that the disk does not take, which is written when it does', () => {
    open()
    const [done, cancelled] = [begin(), begin()]
    database.exec('PRAGMA query_only = ON')
    expect(() => {
      end(done, '{"content":[]}')
    }).to.throw(/readonly/)
    expect(() => {
      tasks.cancel(cancelled)
    }).to.throw(/readonly/)
    const statusOf = ({ record }: FoundTask) => tasks.find(record.id, ada)?.record.status
    expect([statusOf(done), statusOf(cancelled)]).to.deep.equal(['completed', 'cancelled'])
    expect(tasks.find(done.record.id, ada)?.record.result).to.equal('{"content":[]}')
    expect(tasks.find(done.record.id, eve), 'to nobody else').to.equal(undefined)
    // The handler of a cancelled task ends too.
    end(cancelled)
    expect(statusOf(cancelled)).to.equal('cancelled')
    database.exec('PRAGMA query_only = OFF')
    expect(tasks.failLost(), 'nothing is lost').to.deep.equal([])
    database.close()
    open()
    expect([statusOf(done), statusOf(cancelled)]).to.deep.equal(['completed', 'cancelled'])
  })

  it('that a crash left unfinished have failed, and ended ones are as they were', () => {
    open()
    const lost = begin()
    const ended = begin()
    end(ended, '{"content":[]}')
    database.close()
    open()
    expect(tasks.failLost().map(({ id }) => id)).to.deep.equal([lost.record.id])
    expect(tasks.find(lost.record.id, ada)?.record).to.deep.include({ status: 'failed' })
    expect(tasks.find(ended.record.id, ada)?.record).to.deep.include({ status: 'completed', result: '{"content":[]}' })
    expect(tasks.failLost()).to.deep.equal([])
  })

  it('end once: what comes after a cancellation counts no more', () => {
    open()
    const task = begin()
    tasks.cancel(task)
    expect(task.running?.signal.aborted).to.equal(true)
    end(task)
    expect(tasks.find(task.record.id, ada)?.record).to.deep.include({ status: 'cancelled', result: undefined })
  })

  it('are bounded by number, per caller and in all; clients of one caller are counted together', () => {
    open({ tasksPerCaller: 2, tasks: 3 })
    end(begin())
    end(begin({ ...ada, clientId: 'another' }))
    expectFull(ada, 429)
    end(begin(eve))
    expectFull(eve, 503)
  })

  it('are bounded by how many run', () => {
    open({ runningPerCaller: 1, running: 2 })
    const first = begin()
    expectFull(ada, 429)
    end(first)
    begin()
    begin(eve)
    expectFull({ ...ada, subject: 'joe' }, 503)
  })

  it('are bounded by bytes, with room for the result of whatever runs', () => {
    open({ bytesPerCaller: 2_500 })
    const first = begin()
    const second = begin()
    expectFull(ada, 429)
    end(first, 'x'.repeat(1_000))
    expectFull(ada, 429)
    end(second)
    expectFull(ada, 429, { text: 'x'.repeat(1_000) })
    begin(ada)
  })

  it('are removed when they are past, and cut off', () => {
    open({ ttlMs: 1_000 })
    const task = begin()
    now += 999
    expect(tasks.find(task.record.id, ada)).to.not.equal(undefined)
    now += 1
    expect(tasks.find(task.record.id, ada)).to.equal(undefined)
    tasks.sweep()
    expect(task.running?.signal.aborted).to.equal(true)
    expect(database.prepare('SELECT count(*) AS n FROM tasks').get()).to.deep.include({ n: 0 })
  })

  it('are removed a few at a time, for nobody else is served meanwhile, and all in the end', () => {
    open({ ttlMs: 1_000 })
    for (let count = 0; count < 100; count++) end(begin(count < 50 ? ada : eve))
    const large = [1, 2, 3].map(() => begin({ ...ada, subject: 'joe' }))
    for (const task of large) end(task, 'x'.repeat(3_000_000))
    now += 1_000
    const left = () => Number(database.prepare('SELECT count(*) AS n FROM tasks').get()?.['n'])
    const steps: number[] = []
    while (tasks.sweep()) steps.push(left())
    expect(steps).to.deep.equal([39, 1, 0])
  })

  it('are counted without a look at what they came to, which may be megabytes each', () => {
    open()
    const plan = (sql: string) => JSON.stringify(database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all())
    const counted = "count(*), sum(status = 'working'), sum(bytes) FROM tasks"
    expect(plan(`SELECT ${counted} WHERE caller = 'a'`)).to.include('COVERING INDEX')
    expect(plan(`SELECT ${counted}`)).to.include('COVERING INDEX')
    expect(plan('SELECT id, bytes FROM tasks WHERE expires_at <= 1 ORDER BY expires_at')).to.include('COVERING INDEX')
  })
})
