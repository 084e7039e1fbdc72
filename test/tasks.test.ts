import { loadConfig } from '@toolgate/config'
import { createLogger, startHost, type Host } from '@toolgate/core'
import { expect } from 'chai'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { startAskingHost } from './support/asking/asking-host.ts'
import type { TestHost } from './support/host.ts'
import type { TokenOptions } from './support/issuer.ts'
import { aboutTask, callForTask, knowsTasks, startTaskHost, taskIdIn, taskIn } from './support/tasks/task-host.ts'
import { cutOff, gateOf, ran } from './support/tasks/task-plugin.ts'
import { callTool, post, postModern } from './support/wire.ts'

const methods = ['tasks/get', 'tasks/update', 'tasks/cancel'] as const
const required = { requiredCapabilities: { extensions: { 'io.modelcontextprotocol/tasks': {} } } }
const hour = 3_600_000
const accept = (name: string) => ({ action: 'accept', content: { name } })

describe('tasks', () => {
  let host: TestHost
  let token: string
  let again: Host | undefined
  let passedMs = 0
  before(async () => {
    host = await startTaskHost({ clock: () => Date.now() + passedMs })
    token = await tokenOf('task:use')
  })
  after(async () => {
    await again?.close()
    await host.close()
  })

  // The clock of the host goes ahead in these tests.
  const tokenOf = (scope: string, options?: TokenOptions) => host.token(scope, { expiresIn: 86_400, ...options })
  const begin = async (name: string, args: Readonly<Record<string, unknown>> = {}, with_ = token) =>
    taskIdIn(await callForTask(host.url, with_, name, args))
  const about = (method: (typeof methods)[number], id: string, more = {}, with_ = token) =>
    aboutTask(host.url, with_, method, id, more)
  const outcomeOf = async (requestId: string) => {
    for (;;) {
      const found = (await host.audit()).find((record) => record.type === 'outcome' && record.requestId === requestId)
      if (found !== undefined) return found
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  const lastCall = async () => {
    const decisions = (await host.audit()).filter((record) => record.type === 'decision')
    return decisions.filter(({ reason }) => !reason.includes('tasks/')).at(-1)
  }

  it('are advertised by a host that has tools for them, at 2026-07-28 alone, and nowhere else', async () => {
    const discovered = (await postModern(host.url, token, { method: 'server/discover' })).result()
    expect(discovered['capabilities']).to.deep.include({ extensions: { 'io.modelcontextprotocol/tasks': {} } })
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } }
    const initialized = await post(host.url, token, { jsonrpc: '2.0', id: 1, method: 'initialize', params })
    expect(initialized.result()['capabilities']).to.not.have.property('extensions')
    const other = await startAskingHost()
    try {
      const their = await other.token('ask:use')
      const told = (await postModern(other.url, their, { method: 'server/discover' })).result()
      expect(told['capabilities']).to.not.have.property('extensions')
      const answer = await aboutTask(other.url, their, 'tasks/get', 'x')
      expect([answer.status, answer.error().code]).to.deep.equal([404, -32601])
      expect(await readdir(join(other.folder, '.toolgate')).catch(() => [])).to.not.include('tasks.db')
    } finally {
      await other.close()
    }
  })

  it('answer at once, and with the result of the call when there is one', async () => {
    const answer = await callForTask(host.url, token, 'task_wait', { label: 'plain' })
    const { _meta, ...created } = answer.result()
    expect(answer.status).to.equal(200)
    expect(created).to.have.all.keys(
      ...['resultType', 'taskId', 'status', 'createdAt', 'lastUpdatedAt', 'ttlMs', 'pollIntervalMs'],
    )
    expect(created).to.deep.include({ resultType: 'task', status: 'working', ttlMs: 2 * hour, pollIntervalMs: 1_000 })
    expect(_meta).to.have.property('io.modelcontextprotocol/serverInfo')
    const id = taskIdIn(answer)
    expect(Buffer.from(id, 'base64url')).to.have.length(32)
    const working = (await about('tasks/get', id)).result()
    expect(working).to.deep.include({ resultType: 'complete', taskId: id, status: 'working', statusMessage: '1 of 2' })
    expect(working).to.not.have.any.keys('result', 'error', 'inputRequests')
    gateOf('plain').resolve('It is done.')
    const completed = await taskIn(host.url, token, id, 'completed')
    expect(completed['result']).to.deep.equal({
      content: [{ type: 'text', text: 'It is done.' }],
      resultType: 'complete',
    })
  })

  it('are decided before they begin, and have their outcome on record when they end', async () => {
    const id = await begin('task_wait', { label: 'recorded' })
    const decision = await lastCall()
    expect(decision).to.deep.include({ tool: 'task_wait', effect: 'allow' })
    const requestId = decision?.requestId ?? ''
    await about('tasks/get', id)
    const records = await host.audit()
    expect(records.filter((record) => record.type === 'outcome' && record.requestId === requestId)).to.have.length(0)
    const looks = records.filter((record) => record.type === 'decision' && record.reason.includes(requestId))
    expect(looks.map((record) => (record.type === 'decision' ? record.reason : ''))).to.match(/tasks\/get of the call/)
    gateOf('recorded').resolve('x')
    expect(await outcomeOf(requestId)).to.deep.include({ outcome: 'ok' })
  })

  it('answer what a plain call would have answered', async () => {
    const failed = await taskIn(host.url, token, await begin('task_fails'), 'completed', 'failed')
    expect(failed).to.deep.include({ status: 'completed' })
    expect(failed['result']).to.deep.include({ isError: true })
    expect(JSON.stringify(failed))
      .to.match(/The tool failed\. Correlation id: /)
      .and.not.include('s3cret')
    const broken = await taskIn(host.url, token, await begin('task_roots'), 'completed', 'failed')
    expect(broken).to.deep.include({ status: 'failed' }).and.not.have.property('result')
    expect(broken['error']).to.deep.include({ code: -32021, data: { requiredCapabilities: { roots: {} } } })
  })

  describe('of a client that does not know them', () => {
    it('are none: the call of an optional tool is a call like any other', async () => {
      gateOf('sync').resolve('at once')
      for (const family of ['modern', 'legacy'] as const) {
        const result = (await callTool(family, host.url, token, 'task_wait', { label: 'sync' })).result()
        expect(result['content']).to.deep.equal([{ type: 'text', text: 'at once' }])
        expect(result).to.not.have.property('taskId')
      }
    })

    it('are demanded by a tool that is always one, before it runs', async () => {
      const modern = await callTool('modern', host.url, token, 'task_required', { label: 'never' })
      expect([modern.status, modern.error().code]).to.deep.equal([400, -32021])
      expect(modern.error().data).to.deep.equal(required)
      const decision = await lastCall()
      expect(await outcomeOf(decision?.requestId ?? '')).to.deep.include({ outcome: 'missing-capability' })
      const legacy = await callTool('legacy', host.url, token, 'task_required', { label: 'never' })
      expect([legacy.status, legacy.error().code]).to.deep.equal([200, -32021])
      expect(ran).to.not.include('never')
    })

    it('cannot be asked for, whether they are there or not', async () => {
      const id = await begin('task_wait', { label: 'undeclared' })
      for (const method of methods) {
        for (const taskId of [id, 'x']) {
          const answer = await about(method, taskId, { _meta: { 'io.modelcontextprotocol/clientCapabilities': {} } })
          expect([answer.status, answer.error().code]).to.deep.equal([400, -32021])
          expect(answer.error().data).to.deep.equal(required)
        }
      }
      expect((await about('tasks/get', id)).result()).to.deep.include({ status: 'working' })
    })
  })

  it('are not begun by a call that may not run', async () => {
    const denied = await callForTask(host.url, await tokenOf('other'), 'task_required', { label: 'denied' })
    expect(denied.status).to.equal(403)
    expect(denied.headers['www-authenticate']).to.include('task:use')
    const invalid = await callForTask(host.url, token, 'task_required', { label: 5 })
    expect(invalid.result()).to.deep.include({ isError: true, resultType: 'complete' })
    expect(ran).to.not.include('denied')
  })

  it('are not found without the header that names them, or with another', async () => {
    const id = await begin('task_wait', { label: 'headers' })
    for (const name of [undefined, 'x']) {
      const answer = await about('tasks/get', id, { headers: { 'mcp-name': name } })
      expect([answer.status, answer.error().code]).to.deep.equal([400, -32020])
    }
  })

  describe('belong to who began them', () => {
    const notFound = { jsonrpc: '2.0', id: 1, error: { code: -32602, message: 'Task not found' } }

    for (const [whose, options] of [
      ['another subject', { subject: 'eve' }],
      ['another client of the same subject', { claims: { client_id: 'other-client' } }],
    ] as const) {
      it(`and are to ${whose} as unknown as one that never was`, async () => {
        const id = await begin('task_wait', { label: `owned, ${whose}` })
        const other = await tokenOf('task:use', options)
        for (const method of methods) {
          const answers = [await about(method, id, {}, other), await about(method, 'never-was', {}, other)]
          for (const answer of answers) {
            expect(answer.status).to.equal(200)
            expect(answer.json()).to.deep.equal(notFound)
          }
        }
        expect((await about('tasks/get', id)).result()).to.deep.include({ status: 'working' })
      })
    }

    it('with any token of theirs that has the scopes, and none that lacks them', async () => {
      const id = await begin('task_wait', { label: 'scopes' })
      const poorer = await tokenOf('other')
      for (const method of methods) {
        const answer = await about(method, id, {}, poorer)
        expect(answer.status).to.equal(403)
        expect(answer.headers['www-authenticate']).to.include('error="insufficient_scope"')
        expect(answer.headers['www-authenticate']).to.include('task:use')
      }
      const renewed = await tokenOf('task:use another')
      expect((await about('tasks/get', id, {}, renewed)).result()).to.deep.include({ status: 'working' })
    })

    it('with the scopes that their arguments ask for', async () => {
      const richer = await tokenOf('task:use task:force')
      const id = await begin('task_wait', { label: 'forced', force: true }, richer)
      expect((await about('tasks/cancel', id)).status).to.equal(403)
      expect(cutOff).to.not.include('forced')
      expect((await about('tasks/get', id, {}, richer)).result()).to.deep.include({ status: 'working' })
    })

    it('with the scopes that the author of the tool demanded', async () => {
      const richer = await tokenOf('task:use task:extra')
      const id = await begin('task_looks', {}, richer)
      await taskIn(host.url, richer, id, 'completed')
      const answer = await about('tasks/get', id)
      expect(answer.status).to.equal(403)
      expect(answer.headers['www-authenticate']).to.include('task:extra')
    })

    it('and are not found any more where their tool is concealed from who lost its scope', async () => {
      const richer = await tokenOf('task:secret')
      const id = await begin('task_secret', {}, richer)
      await taskIn(host.url, richer, id, 'completed')
      const answer = await about('tasks/get', id)
      expect(answer.status).to.equal(200)
      expect(answer.json()).to.deep.equal(notFound)
    })
  })

  describe('that are cancelled', () => {
    it('cut their handler off, and stay so', async () => {
      const id = await begin('task_wait', { label: 'cancelled' })
      const decision = await lastCall()
      const { _meta, ...taken } = (await about('tasks/cancel', id)).result()
      expect(taken).to.deep.equal({ resultType: 'complete' })
      expect(cutOff).to.include('cancelled')
      expect(await outcomeOf(decision?.requestId ?? '')).to.deep.include({ outcome: 'cancelled' })
      const task = (await about('tasks/get', id)).result()
      expect(task).to.deep.include({ status: 'cancelled' }).and.not.have.any.keys('result', 'error')
    })

    it('after their end keep their result', async () => {
      gateOf('over').resolve('kept')
      const id = await begin('task_wait', { label: 'over' })
      await taskIn(host.url, token, id, 'completed')
      expect((await about('tasks/cancel', id)).result()).to.deep.include({ resultType: 'complete' })
      expect(JSON.stringify((await about('tasks/get', id)).result()))
        .to.include('"completed"')
        .and.include('kept')
    })
  })

  describe('that ask their client', () => {
    it('wait for every answer, and take them as they come', async () => {
      const id = await begin('task_ask')
      const asking = await taskIn(host.url, token, id, 'input_required')
      expect(Object.keys(asking['inputRequests'] as object)).to.deep.equal(['first', 'second'])
      const update = (inputResponses: unknown) => about('tasks/update', id, { inputResponses })
      expect((await update({ first: accept('Ada'), never: 1 })).result()).to.deep.include({ resultType: 'complete' })
      const waiting = (await about('tasks/get', id)).result()
      expect(waiting).to.deep.include({ status: 'input_required' })
      expect(Object.keys(waiting['inputRequests'] as object)).to.deep.equal(['second'])
      // An answer counts once.
      await update({ first: accept('Eve') })
      await update({ second: { action: 'decline' } })
      const { result } = (await taskIn(host.url, token, id, 'completed')) as { readonly result: object }
      expect(result).to.deep.include({
        structuredContent: { first: accept('Ada'), second: { action: 'decline' } },
      })
    })

    for (const [what, inputResponses] of [
      ['a number', { first: accept('Ada'), second: 5 }],
      ['content that breaks the schema', { first: accept('Ada'), second: { action: 'accept', content: { name: 5 } } }],
      ['no object', [accept('Ada')]],
      ['null', null],
    ] as const) {
      it(`take nothing of a request with a wrong answer: ${what}`, async () => {
        const id = await begin('task_ask')
        await taskIn(host.url, token, id, 'input_required')
        const answer = await about('tasks/update', id, { inputResponses })
        expect(answer.error().code).to.equal(-32602)
        expect(answer.text).to.not.include('Ada')
        const { inputRequests } = (await about('tasks/get', id)).result()
        expect(Object.keys(inputRequests as object)).to.deep.equal(['first', 'second'])
        await about('tasks/cancel', id)
      })
    }

    it('ask before they begin in the call itself, and carry the answer into the task', async () => {
      const asked = (await callForTask(host.url, token, 'task_prepare')).result()
      expect(asked).to.deep.include({ resultType: 'input_required' }).and.not.have.property('taskId')
      const { requestState } = asked
      const retry = { requestState, inputResponses: { user_name: accept('Ada') } }
      const answer = await callForTask(host.url, token, 'task_prepare', {}, retry)
      expect(answer.result()).to.not.have.any.keys('requestState', 'inputRequests')
      const task = await taskIn(host.url, token, taskIdIn(answer), 'completed')
      expect(JSON.stringify(task)).to.include('Hello, Ada!')
    })

    it('do the same of a client that does not know tasks', async () => {
      const _meta = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } }
      const { requestState } = (await callForTask(host.url, token, 'task_prepare', {}, { _meta })).result()
      const retry = { requestState, inputResponses: { user_name: accept('Ada') }, _meta }
      const answer = await callForTask(host.url, token, 'task_prepare', {}, retry)
      expect(answer.result()['content']).to.deep.equal([{ type: 'text', text: 'Hello, Ada!' }])
    })
  })

  it('are bounded per caller, and say when to come again', async () => {
    const crowd = await tokenOf('task:use', { subject: 'crowd' })
    const ids: string[] = []
    for (let place = 0; place < 16; place++) ids.push(await begin('task_wait', { label: 'crowd' }, crowd))
    const answer = await callForTask(host.url, crowd, 'task_wait', { label: 'too many' })
    expect([answer.status, answer.error().code]).to.deep.equal([429, -32004])
    expect(answer.headers['retry-after']).to.equal('10')
    expect(ran).to.not.include('too many')
    const decision = await lastCall()
    expect(await outcomeOf(decision?.requestId ?? '')).to.deep.include({ outcome: 'failed' })
    // They wait for their own ends, and keep nobody from calling what is no task.
    gateOf('still').resolve('called')
    expect((await callTool('modern', host.url, crowd, 'task_wait', { label: 'still' })).status).to.equal(200)
    expect((await about('tasks/cancel', ids[0] ?? '', {}, crowd)).status).to.equal(200)
    await begin('task_wait', { label: 'crowd' }, crowd)
  })

  it('are removed when they are past, and cut off if they still run', async () => {
    const id = await begin('task_wait', { label: 'past' })
    passedMs += 2 * hour - 60_000
    expect((await about('tasks/get', id)).result()).to.deep.include({ status: 'working' })
    passedMs += 60_001
    expect((await about('tasks/get', id)).error()).to.deep.equal({ code: -32602, message: 'Task not found' })
    gateOf('next').resolve('x')
    await begin('task_wait', { label: 'next' })
    expect(cutOff).to.include('past')
  })

  it('are kept without tokens, in a file for the host alone', async () => {
    gateOf('kept').resolve('kept')
    await begin('task_wait', { label: 'kept' })
    const { dataFolder } = await loadConfig({
      file: join(host.folder, 'mcp.config.json'),
      folder: host.folder,
      environment: {},
    })
    const [, , signature = ''] = token.split('.')
    for (const name of (await readdir(dataFolder)).filter((each) => each.startsWith('tasks.db'))) {
      const file = join(dataFolder, name)
      expect((await stat(file)).mode & 0o777).to.equal(0o600)
      expect(await readFile(file, 'latin1')).to.not.include(signature)
    }
  })

  it('are known by what the request says alone', async () => {
    const undeclared = { ...knowsTasks, 'io.modelcontextprotocol/clientCapabilities': { extensions: { other: {} } } }
    const answer = await callForTask(host.url, token, 'task_required', { label: 'x' }, { _meta: undeclared })
    expect(answer.error().code).to.equal(-32021)
  })

  describe('when the host stops', () => {
    it('fail if they have not ended, and outlive it with their results if they have', async () => {
      gateOf('ended').resolve('outlives')
      const ended = await begin('task_wait', { label: 'ended' })
      await taskIn(host.url, token, ended, 'completed')
      const lost = await begin('task_wait', { label: 'lost' })
      const decision = await lastCall()
      await host.host.close()
      expect(cutOff).to.include('lost')
      expect(await outcomeOf(decision?.requestId ?? '')).to.deep.include({ outcome: 'cancelled' })
      const config = await loadConfig({
        file: join(host.folder, 'mcp.config.json'),
        folder: host.folder,
        environment: {},
      })
      const logger = createLogger({ level: 'silent', secrets: [] })
      again = await startHost({ config, mode: 'serve', logger, environment: {}, clock: () => Date.now() + passedMs })
      const task = (await about('tasks/get', lost)).result()
      expect(task).to.deep.include({
        status: 'failed',
        error: { code: -32603, message: 'Internal error', data: { reason: 'restart' } },
      })
      expect(JSON.stringify((await about('tasks/get', ended)).result())).to.include('outlives')
    })
  })
})
