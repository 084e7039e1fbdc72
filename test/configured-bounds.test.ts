import { expect } from 'chai'
import { startAskingHost } from './support/asking/asking-host.ts'
import { initialize, openSession, sessionClient } from './support/asking/session-client.ts'
import { listen, startChangingHost } from './support/news/news-host.ts'
import { callForTask, startTaskHost, taskIdIn } from './support/tasks/task-host.ts'
import { postModern } from './support/wire.ts'

describe('bounds that the configuration says', () => {
  it('count for sessions: the oldest of a caller ends, and subscriptions have an end', async () => {
    const host = await startAskingHost({ config: { limits: { sessions: { perCaller: 1 } } } })
    try {
      const token = await host.token('ask:use')
      const first = await openSession(host.url, token)
      const second = await openSession(host.url, token)
      const ping = { jsonrpc: '2.0', id: 1, method: 'ping' }
      expect((await first.post(ping)).status).to.equal(404)
      expect((await second.post(ping)).status).to.equal(200)
      expect((await sessionClient(host.url, token, first).post(ping)).status).to.equal(404)
    } finally {
      await host.close()
    }
  })

  it('count for all sessions together', async () => {
    const host = await startAskingHost({ config: { limits: { sessions: { total: 1 } } } })
    try {
      await openSession(host.url, await host.token('ask:use'))
      const other = await initialize(host.url, await host.token('ask:use', { subject: 'eve' }))
      expect(other.status).to.equal(503)
    } finally {
      await host.close()
    }
  })

  it('count for streams of news', async () => {
    const host = await startChangingHost({ config: { limits: { subscriptions: { perCaller: 1 } } } })
    try {
      const token = await host.token('x')
      const stream = await listen(host.url, token, { toolsListChanged: true })
      await stream.message()
      const params = { notifications: { toolsListChanged: true } }
      expect((await postModern(host.url, token, { method: 'subscriptions/listen', params })).status).to.equal(429)
      stream.close()
    } finally {
      await host.close()
    }
  })

  it('count for tasks', async () => {
    const limits = { tasks: { runningPerCaller: 1, ttlMs: 60_000, runMs: 60_000, pollIntervalMs: 250 } }
    const host = await startTaskHost({ config: { limits } })
    try {
      const token = await host.token('task:use')
      const begun = await callForTask(host.url, token, 'task_wait', { label: 'bounded' })
      taskIdIn(begun)
      expect(begun.result()).to.deep.include({ ttlMs: 60_000, pollIntervalMs: 250 })
      expect((await callForTask(host.url, token, 'task_wait', { label: 'bounded' })).status).to.equal(429)
    } finally {
      await host.close()
    }
  })
})
