import { expect } from 'chai'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startTestHost, type TestHost } from './support/host.ts'
import { pluginFolder } from './support/plugin-folder.ts'
import { shelfConfig, shelfPlugin } from './support/things/shelf-plugin.ts'
import { callTool, post, postModern } from './support/wire.ts'

describe('whoever asks for things by other ways than theirs', () => {
  let folder: string
  let host: TestHost
  let token: string
  before(async () => {
    const source = pathToFileURL(join(import.meta.dirname, 'support/things/shelf-plugin.ts')).href
    folder = await pluginFolder({
      [shelfPlugin.name]: `export { shelfPlugin as default } from ${JSON.stringify(source)}\n`,
    })
    host = await startTestHost({ plugins: join(folder, 'plugins'), config: shelfConfig })
    token = await host.token('shelf:read')
  })
  after(async () => {
    await host.close()
    await rm(folder, { recursive: true, force: true })
  })

  const keys = [
    'resource shelf://motto',
    'resource shelf://hidden',
    'prompt shelf_summary',
    'prompt shelf_review',
    'template shelf://books/{id}',
  ]
  for (const family of ['modern', 'legacy'] as const) {
    for (const name of keys) {
      it(`calls no tool by the key of another thing (${name}, ${family})`, async () => {
        const answer = await callTool(family, host.url, token, name, { id: 'emma', book: 'emma' })
        expect(answer.status).to.equal(200)
        expect(answer.error()).to.deep.equal({ code: -32602, message: `Unknown tool: ${name}` })
      })
    }
  }

  it('has nothing on record as allowed for such a call', async () => {
    await callTool('modern', host.url, token, 'resource shelf://motto')
    const decision = (await host.audit()).findLast(({ type }) => type === 'decision')
    expect(decision).to.deep.include({ effect: 'unknown-tool', tool: 'tool resource shelf://motto' })
  })

  it('calls none in a batch either, and the others of the batch are answered', async () => {
    const messages = ['resource shelf://motto', 'no_such'].map((name, id) => ({
      ...{ jsonrpc: '2.0', id, method: 'tools/call' },
      params: { name },
    }))
    const answer = await post(host.url, token, messages, { 'mcp-protocol-version': '2025-03-26' })
    expect(answer.status).to.equal(200)
    const texts = (JSON.parse(answer.text) as { error: { message: string } }[]).map(({ error }) => error.message)
    expect(texts).to.deep.equal(['Unknown tool: resource shelf://motto', 'Unknown tool: no_such'])
  })

  // The resource is open to everybody here, and the template is not: either way another rule would be met.
  for (const uri of ['shelf://books/%66ixed', 'shelf://books/%61tlas-1', 'shelf://books/atl%61s-1']) {
    it(`is judged by no other rule for a URI in another spelling: ${uri}`, async () => {
      const answer = await postModern(host.url, token, { method: 'resources/read', params: { uri } })
      expect(answer.error()).to.deep.equal({ code: -32602, message: 'Resource not found', data: { uri } })
      const decision = (await host.audit()).findLast(({ type }) => type === 'decision')
      expect(decision).to.deep.include({ effect: 'unknown-tool', tool: `resource ${uri}` })
    })
  }

  it('reads what is spelled with octets that need none, where it is the same thing by the same rule', async () => {
    const answer = await postModern(host.url, token, {
      method: 'resources/read',
      params: { uri: 'shelf://books/%65mma' },
    })
    expect(JSON.stringify(answer.result())).to.include('A novel.')
  })
})
