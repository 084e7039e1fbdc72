import { expect } from 'chai'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { askTool } from './support/asking/asking-host.ts'
import { openSession } from './support/asking/session-client.ts'
import { keptAfter, lyingPlugin } from './support/attacks/lying-plugin.ts'
import { startTestHost, type TestHost } from './support/host.ts'
import { pluginFolder } from './support/plugin-folder.ts'
import { callForTask, taskIdIn, taskIn } from './support/tasks/task-host.ts'
import { postModern } from './support/wire.ts'

describe('a plugin whose every value is a thorn', () => {
  let folder: string
  let host: TestHost
  let token: string
  before(async () => {
    const source = pathToFileURL(join(import.meta.dirname, 'support/attacks/lying-plugin.ts')).href
    folder = await pluginFolder({
      [lyingPlugin.name]: `export { lyingPlugin as default } from ${JSON.stringify(source)}\n`,
    })
    host = await startTestHost({ plugins: join(folder, 'plugins') })
    token = await host.token('x')
  })
  after(async () => {
    await host.close()
    await rm(folder, { recursive: true, force: true })
  })

  for (const name of ['returns', 'throws', 'asks', 'samples', 'changes', 'tells']) {
    it(`ends a call in bland words, in a session and without one: lying_${name}`, async () => {
      const session = await openSession(host.url, token)
      const params = { name: `lying_${name}`, arguments: {} }
      for (const answer of [
        await askTool(host.url, token, params.name),
        await session.post({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
      ]) {
        expect(answer.result()['isError']).to.equal(true)
        expect(answer.text).to.include('The tool failed.').and.not.include('a thorn')
      }
    })
  }

  for (const name of ['logs', 'progress']) {
    it(`is not hurt by what it tells: lying_${name}`, async () => {
      const meta = { 'io.modelcontextprotocol/logLevel': 'debug', progressToken: 1 }
      const answer = await askTool(host.url, token, `lying_${name}`, { meta })
      expect(answer.result()['isError']).to.equal(undefined)
    })
  }

  it('is not hurt by its progress in a task either', async () => {
    const id = taskIdIn(await callForTask(host.url, token, 'lying_progress'))
    const { status, result } = await taskIn(host.url, token, id, 'completed', 'failed')
    expect([status, (result as { isError?: true }).isError]).to.deep.equal(['completed', undefined])
  })

  it('fails a task whose prepare asked and did not wait', async () => {
    const id = taskIdIn(await callForTask(host.url, token, 'lying_prepares'))
    const { status, error, result } = await taskIn(host.url, token, id, 'completed', 'failed')
    expect([status, result]).to.deep.equal(['failed', undefined])
    expect(error).to.include({ code: -32603, message: 'Internal error' })
  })

  it('gives a resource that is an error without its words', async () => {
    const answer = await postModern(host.url, token, { method: 'resources/read', params: { uri: 'lying://thorn' } })
    expect(answer.error()).to.include({ code: -32603, message: 'Internal error' })
  })

  it('leaves the host as it was', async () => {
    expect((await askTool(host.url, token, 'lying_late')).text).to.include('answered')
    expect(host.log.filter((line) => /"level":(50|60)/.test(line) && !line.includes('a task failed'))).to.deep.equal([])
  })

  it('is told that the call is over where it looks at its context for the first time after it', async () => {
    expect((await askTool(host.url, token, 'lying_keeps')).text).to.include('answered')
    while (keptAfter.length === 0) await delay(10)
    const [after] = keptAfter
    expect(after?.demanded).to.be.instanceOf(TypeError).with.property('message').that.includes('too late')
    expect(after?.asked, 'nobody is asked').to.satisfy(
      (asked: unknown) => asked === undefined || asked instanceof Error,
    )
    expect(host.log.join('\n')).to.include('a handler demanded after its end')
  })
})
