import { Client as ModernClient } from '@modelcontextprotocol/client'
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio'
import { Client as ClassicClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as ClassicTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { ElicitationCompleteNotificationSchema, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { expect } from 'chai'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { askedIn, askTool } from './support/asking/asking-host.ts'
import { connected, page, pagePlugin } from './support/asking/page-plugin.ts'
import { openSession } from './support/asking/session-client.ts'
import { startTestHost, type TestHost } from './support/host.ts'
import { pluginFolder } from './support/plugin-folder.ts'
import { callMessage, initialize, type StdioFolder } from './support/stdio.ts'
import { stdioFolderWith } from './support/stdio-plugin.ts'

const identity = { name: 'sdk-client', version: '1.0.0' }
const capabilities = { elicitation: { form: {}, url: {} } }
const bin = join(import.meta.dirname, '../packages/cli/bin/toolgate.mjs')

describe('elicitation by URL, by clients of the SDKs over stdio', function () {
  this.timeout(120_000)
  let folder: StdioFolder
  before(async () => {
    folder = await stdioFolderWith({ page: 'asking/page-plugin.ts' })
  })
  after(() => folder[Symbol.asyncDispose]())

  const parameters = () => ({
    command: process.execPath,
    args: [bin, 'stdio', '--scopes', 'page:use', '--config', join(folder.path, 'mcp.config.json')],
    env: { LOG_LEVEL: 'silent', NODE_NO_WARNINGS: '1' },
  })

  for (const mode of ['auto', 'legacy'] as const) {
    it(`sends a person to the page of the tool: the v2 client ("${mode}")`, async () => {
      const client = new ModernClient(identity, { capabilities, versionNegotiation: { mode } })
      const asked: unknown[] = []
      client.setRequestHandler('elicitation/create', ({ params }) => {
        asked.push(params)
        return { action: 'accept' }
      })
      await client.connect(new ModernTransport(parameters()))
      try {
        const { structuredContent } = await client.callTool({ name: 'page_open', arguments: {} })
        expect(structuredContent).to.deep.equal({ action: 'accept', canAsk: true })
        expect(asked).to.have.length(1)
        expect(asked[0]).to.deep.include({ mode: 'url', url: page, message: 'Please connect.' })
      } finally {
        await client.close()
      }
    })
  }

  it('tells the v1 client when it is done', async () => {
    const client = new ClassicClient(identity, { capabilities })
    const told = Promise.withResolvers<string>()
    let id: unknown
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      id = 'elicitationId' in params ? params.elicitationId : undefined
      return { action: 'accept' }
    })
    client.setNotificationHandler(ElicitationCompleteNotificationSchema, ({ params }) => {
      told.resolve(params.elicitationId)
    })
    await client.connect(new ClassicTransport(parameters()))
    await client.callTool({ name: 'page_open', arguments: {} })
    expect(await told.promise)
      .to.equal(id)
      .and.to.be.a('string')
    await client.close()
  })

  it('is not asked of a client with forms alone, nor before 2025-11-25', async () => {
    const revisions = [
      ['2025-11-25', { elicitation: {} }, 'did not declare elicitation (URL mode)'],
      ['2025-06-18', capabilities, 'revision 2025-06-18 has no elicitation by URL'],
    ] as const
    for (const [revision, declared, words] of revisions) {
      const server = folder.start('--scopes', 'page:use')
      const message = initialize(revision)
      server.send({ ...message, params: { ...message.params, capabilities: declared } })
      server.send(callMessage('legacy', 1, 'page_open'))
      const { result } = await server.answer(1)
      expect(JSON.stringify(result)).to.include(words)
    }
  })
})

describe('elicitation by URL over HTTP', () => {
  let host: TestHost
  let folder: string
  let token: string
  before(async () => {
    const source = pathToFileURL(join(import.meta.dirname, 'support/asking/page-plugin.ts')).href
    folder = await pluginFolder({
      [pagePlugin.name]: `export { pagePlugin as default } from ${JSON.stringify(source)}\n`,
    })
    host = await startTestHost({ plugins: join(folder, 'plugins') })
    token = await host.token('page:use', { subject: 'ada' })
  })
  after(async () => {
    await host.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('is a round trip at 2026-07-28, without an id, and -32021 where it is not declared', async () => {
    const first = await askTool(host.url, token, 'page_open', { capabilities })
    const { inputRequests, requestState } = askedIn(first)
    expect(inputRequests).to.deep.equal({
      'input-1': { method: 'elicitation/create', params: { mode: 'url', message: 'Please connect.', url: page } },
    })
    const inputResponses = { 'input-1': { action: 'decline' } }
    const second = await askTool(host.url, token, 'page_open', { capabilities, inputResponses, requestState })
    expect(second.result()['structuredContent']).to.deep.equal({ action: 'decline', canAsk: true })
    const without = await askTool(host.url, token, 'page_open', { capabilities: { elicitation: {} } })
    expect([without.status, without.error().code]).to.deep.equal([400, -32021])
    expect(without.error().data).to.deep.equal({ requiredCapabilities: { elicitation: { url: {} } } })
  })

  it('may be required: -32042 in a session of 2025-11-25, a question at 2026-07-28', async () => {
    const session = await openSession(host.url, token, { capabilities })
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'page_required', arguments: {} } }
    const answer = await session.post(call)
    expect(answer.error()).to.deep.include({ code: -32042, message: 'Please connect first.' })
    const { elicitations } = answer.error().data as { elicitations: readonly Record<string, unknown>[] }
    expect(elicitations).to.have.length(1)
    expect(elicitations[0]).to.deep.include({ mode: 'url', url: page, message: 'Please connect first.' })
    expect(elicitations[0]?.['elicitationId']).to.be.a('string')
    askedIn(await askTool(host.url, token, 'page_required', { capabilities }))
    connected.add('ada')
    expect(JSON.stringify((await session.post({ ...call, id: 2 })).result())).to.include('connected')
  })

  it('never leads to a page that came with a request', async () => {
    for (const url of ['https://attacker.example/', `${page}?next=x`, page.toUpperCase()]) {
      const answer = await askTool(host.url, token, 'page_foreign', { args: { url }, capabilities })
      expect(answer.result()['isError']).to.equal(true)
      expect(answer.text).to.include('The tool failed.').and.to.not.include('elicitation/create')
    }
    askedIn(await askTool(host.url, token, 'page_foreign', { args: { url: page }, capabilities }))
  })
})
