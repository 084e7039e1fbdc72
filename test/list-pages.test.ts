import { expect } from 'chai'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startTestHost, type TestHost } from './support/host.ts'
import { pluginFolder } from './support/plugin-folder.ts'
import { post, type WireAnswer } from './support/wire.ts'

/** 1,205 tools that anybody may call, and as many that need a scope. */
const many = `import { definePlugin, defineTool } from '@toolgate/plugin'
const tool = (kind, index, scopes) => defineTool({
  name: 'many_' + kind + '_' + String(index).padStart(4, '0'), description: 'One of many.', scopes,
  annotations: { readOnlyHint: true }, handler: () => kind })
export default definePlugin({ name: 'many', tools: Array.from({ length: 1205 }, (_, index) => [
  tool('open', index, 'authenticated'), tool('scoped', index, ['many:read'])]).flat() })`

describe('a list of more than 1,000 tools', () => {
  let host: TestHost
  let folder: string
  before(async () => {
    folder = await pluginFolder({ many })
    host = await startTestHost({ plugins: join(folder, 'plugins') })
  })
  after(async () => {
    await host.close()
    await rm(folder, { recursive: true })
  })

  async function list(token: string, cursor?: unknown): Promise<WireAnswer> {
    const params = cursor === undefined ? {} : { cursor }
    return post(
      host.url,
      token,
      { jsonrpc: '2.0', id: 1, method: 'tools/list', params },
      { 'mcp-protocol-version': '2025-11-25' },
    )
  }

  function pageOf(answer: WireAnswer): { readonly names: readonly string[]; readonly nextCursor: string | undefined } {
    const { tools, nextCursor } = answer.result() as { tools: { name: string }[]; nextCursor?: string }
    return { names: tools.map(({ name }) => name), nextCursor }
  }

  it('comes in pages of 1,000, in a fixed order, each tool once', async () => {
    const token = await host.token('many:read')
    const names: string[] = []
    const sizes: number[] = []
    let cursor: string | undefined
    do {
      const page = pageOf(await list(token, cursor))
      names.push(...page.names)
      sizes.push(page.names.length)
      cursor = page.nextCursor
    } while (cursor !== undefined)
    expect(sizes).to.deep.equal([1000, 1000, 410])
    expect(names).to.deep.equal([...new Set(names)].sort())
  })

  it('is the same for the same scopes whoever asks, first and again', async () => {
    const one = pageOf(await list(await host.token('many:read', { subject: 'one' })))
    const other = pageOf(await list(await host.token('many:read email', { subject: 'other' })))
    expect(other).to.deep.equal(one)
  })

  it('takes a cursor only for the scopes that it was made for', async () => {
    const { nextCursor } = pageOf(await list(await host.token('many:read')))
    const answer = await list(await host.token(''), nextCursor)
    expect(answer.error().code).to.equal(-32602)
  })

  for (const cursor of ['', 'x', '1000', Buffer.from('x.1000').toString('base64url'), 7, null, {}]) {
    it(`responds -32602 to the cursor ${JSON.stringify(cursor)}`, async () => {
      expect((await list(await host.token('many:read'), cursor)).error().code).to.equal(-32602)
    })
  }

  it('says nothing in a cursor that its holder does not know', async () => {
    const { nextCursor = '' } = pageOf(await list(await host.token('many:read')))
    expect(Buffer.from(nextCursor, 'base64url').toString('latin1')).to.not.include('many')
  })
})
