import { expect } from 'chai'
import { readEvents, type EventReader } from './support/asking/event-reader.ts'
import type { TestHost } from './support/host.ts'
import { startChangingHost } from './support/news/news-host.ts'
import { aboutTask, callForTask, knowsTasks, startTaskHost, taskIdIn, taskIn } from './support/tasks/task-host.ts'
import { gateOf } from './support/tasks/task-plugin.ts'
import { callTool, mcpHeaders, modernMeta, postModern } from './support/wire.ts'

const method = 'subscriptions/listen'
const subscriptionId = 'io.modelcontextprotocol/subscriptionId'

describe('news of tasks', () => {
  let host: TestHost
  let token: string
  before(async () => {
    host = await startTaskHost()
    token = await host.token('task:use')
  })
  after(() => host.close())

  const listen = (taskIds: unknown, with_ = token): Promise<EventReader> =>
    readEvents(host.url, {
      headers: {
        ...mcpHeaders,
        authorization: `Bearer ${with_}`,
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': method,
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 'tasks',
        method,
        params: { notifications: { taskIds }, _meta: { ...modernMeta, ...knowsTasks } },
      }),
    })
  const ask = (taskIds: unknown, meta: object = knowsTasks, with_ = token) =>
    postModern(host.url, with_, { method, params: { notifications: { taskIds }, _meta: meta } })
  const begin = async (name: string, args: Readonly<Record<string, unknown>> = {}, with_ = token) =>
    taskIdIn(await callForTask(host.url, with_, name, args))
  const acknowledged = async (stream: EventReader) => {
    const { method: first, params } = await stream.message()
    expect(first).to.equal('notifications/subscriptions/acknowledged')
    return (params as { notifications: object }).notifications
  }
  const next = async (stream: EventReader) => {
    const message = await stream.message()
    expect(message['method']).to.equal('notifications/tasks')
    return message['params'] as Readonly<Record<string, unknown>>
  }

  it('tell how a task is, and each change of its status, as tasks/get would', async () => {
    const id = await begin('task_ask')
    await taskIn(host.url, token, id, 'input_required')
    const stream = await listen([id])
    expect(await acknowledged(stream)).to.deep.equal({ taskIds: [id] })
    const { _meta, ...waiting } = await next(stream)
    expect(_meta).to.deep.equal({ [subscriptionId]: 'tasks' })
    expect(waiting).to.deep.include({ taskId: id, status: 'input_required' })
    expect(waiting['inputRequests']).to.have.all.keys('first', 'second')
    const answer = { action: 'accept', content: { name: 'Ada' } }
    await aboutTask(host.url, token, 'tasks/update', id, { inputResponses: { first: answer, second: answer } })
    let last = await next(stream)
    while (last['status'] !== 'completed') last = await next(stream)
    const { _meta: _, ...told } = last
    const { _meta: __, resultType, ...got } = (await aboutTask(host.url, token, 'tasks/get', id)).result()
    expect(resultType).to.equal('complete')
    expect(told).to.deep.equal(got)
    stream.close()
  })

  it('tell of the end that came before somebody listened, and of a cancelled task', async () => {
    const [ended, cancelled] = [await begin('task_fails'), await begin('task_wait', { label: 'news-cancelled' })]
    await taskIn(host.url, token, ended, 'completed')
    const stream = await listen([ended, cancelled])
    await acknowledged(stream)
    const states = new Map<unknown, unknown>()
    for (let count = 0; count < 2; count++) {
      const { taskId, status } = await next(stream)
      states.set(taskId, status)
    }
    expect([states.get(ended), states.get(cancelled)]).to.deep.equal(['completed', 'working'])
    await aboutTask(host.url, token, 'tasks/cancel', cancelled)
    expect(await next(stream)).to.deep.include({ taskId: cancelled, status: 'cancelled' })
    stream.close()
  })

  it('go to the principal of the task alone: of others nothing is acknowledged', async () => {
    const id = await begin('task_wait', { label: 'news-mine' })
    const other = await host.token('task:use', { subject: 'eve' })
    const answer = await ask([id, 'no-such-task'], knowsTasks, other)
    expect(answer.status).to.equal(200)
    expect(answer.text).to.include('acknowledged').and.to.not.include(id)
    const mine = await listen([id, 'no-such-task'])
    expect(await acknowledged(mine)).to.deep.equal({ taskIds: [id] })
    mine.close()
    gateOf('news-mine').resolve('done')
  })

  it('are judged like tasks/get when they are asked for: 403 with the challenge', async () => {
    const forced = await host.token('task:use task:force')
    const id = await begin('task_wait', { label: 'news-forced', force: true }, forced)
    const answer = await ask([id])
    expect(answer.status).to.equal(403)
    expect(answer.headers['www-authenticate']).to.include('task:force')
    gateOf('news-forced').resolve('done')
  })

  it('are on record each time, with the call that the task came of', async () => {
    const id = await begin('task_wait', { label: 'news-record' })
    const stream = await listen([id])
    await acknowledged(stream)
    await next(stream)
    const records = await host.audit()
    const call = records.findLast(
      (record) => record.type === 'decision' && record.tool === 'task_wait' && !record.reason.includes(' of the call '),
    )
    const told = records.filter(
      (record) =>
        record.type === 'decision' && record.reason.includes(`${method} of the call ${call?.requestId ?? '?'}`),
    )
    // One for the subscription, one for what was told.
    expect(told).to.have.length(2)
    stream.close()
    gateOf('news-record').resolve('done')
  })

  it('ask for the extension: -32021 without it, and -32602 for what is no list', async () => {
    const answer = await ask(['x'], {})
    expect([answer.status, answer.error().code]).to.deep.equal([400, -32021])
    expect(answer.error().data).to.deep.equal({
      requiredCapabilities: { extensions: { 'io.modelcontextprotocol/tasks': {} } },
    })
    for (const bad of ['x', [7], Array.from({ length: 101 }, (_, index) => String(index))]) {
      const refused = await ask(bad)
      expect([refused.status, refused.error().code]).to.deep.equal([400, -32602])
      expect(refused.error().message).to.include('notifications.taskIds')
    }
  })
})

describe('a tool with tasks that a plugin brings later', () => {
  it('is served: the extension, the task and its result, where no tool had any at the start', async () => {
    const host = await startChangingHost()
    try {
      const token = await host.token('x')
      const extensions = async () => {
        const { capabilities } = (await postModern(host.url, token, { method: 'server/discover' })).result()
        return (capabilities as Record<string, unknown>)['extensions']
      }
      expect(await extensions()).to.equal(undefined)
      await callTool('modern', host.url, token, 'changing_change', { to: 'a task' })
      expect(await extensions()).to.deep.equal({ 'io.modelcontextprotocol/tasks': {} })
      const id = taskIdIn(await callForTask(host.url, token, 'changing_task'))
      const { result } = await taskIn(host.url, token, id, 'completed')
      expect(result).to.deep.include({ content: [{ type: 'text', text: 'changed into a task' }] })
    } finally {
      await host.close()
    }
  })
})
