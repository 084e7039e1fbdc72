import { Client as ModernClient } from '@modelcontextprotocol/client'
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio'
import { Client as ClassicClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as ClassicTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { expect } from 'chai'
import { join } from 'node:path'
import { callMessage, initialize, type StdioFolder, type StdioProcess } from './support/stdio.ts'
import { stdioFolderWith } from './support/stdio-plugin.ts'

const identity = { name: 'sdk-client', version: '1.0.0' }
const capabilities = { elicitation: {}, sampling: {}, roots: {} }
const bin = join(import.meta.dirname, '../packages/cli/bin/toolgate.mjs')
const name = () => ({ action: 'accept' as const, content: { name: 'Ada' } })
const paris = () => ({ role: 'assistant' as const, content: { type: 'text' as const, text: 'Paris' }, model: 'm' })
const roots = () => ({ roots: [{ uri: 'file:///srv/work', name: 'work' }] })

const parametersFor = (folder: StdioFolder) => ({
  command: process.execPath,
  args: [bin, 'stdio', '--scopes', 'ask:use', '--config', join(folder.path, 'mcp.config.json')],
  env: { LOG_LEVEL: 'silent', NODE_NO_WARNINGS: '1' },
})

const withInitialize = (revision: string, declared: object) => ({
  ...initialize(revision),
  params: { ...initialize(revision).params, capabilities: declared },
})

describe('a client that is asked over stdio', function () {
  this.timeout(60_000)
  let folder: StdioFolder
  before(async () => {
    folder = await stdioFolderWith({ asking: 'asking/asking-plugin.ts' })
  })
  after(() => folder[Symbol.asyncDispose]())

  async function open(revision = '2025-11-25', declared: object = capabilities): Promise<StdioProcess> {
    const server = folder.start('--scopes', 'ask:use')
    server.send(withInitialize(revision, declared))
    await server.answer('initialize')
    return server
  }
  const textOf = ({ result }: { readonly result?: Readonly<Record<string, unknown>> }) =>
    (result?.content as { readonly text: string }[] | undefined)?.[0]?.text ?? ''
  const askedOf = (server: StdioProcess, method = 'elicitation/create') =>
    server.message((message) => message.method === method)

  for (const mode of ['auto', 'legacy'] as const) {
    it(`answers everything by the v2 client ("${mode}"): by requests, or by round trips`, async () => {
      const client = new ModernClient(identity, { capabilities, versionNegotiation: { mode } })
      client.setRequestHandler('elicitation/create', name)
      client.setRequestHandler('sampling/createMessage', paris)
      client.setRequestHandler('roots/list', roots)
      await client.connect(new ModernTransport(parametersFor(folder)))
      try {
        expect(client.getNegotiatedProtocolVersion()).to.equal(mode === 'auto' ? '2026-07-28' : '2025-11-25')
        const { structuredContent } = await client.callTool({ name: 'ask_all', arguments: {} })
        expect(structuredContent).to.deep.include({ person: name(), roots: roots().roots })
      } finally {
        await client.close()
      }
    })
  }

  it('answers everything by the v1 client', async () => {
    const client = new ClassicClient(identity, { capabilities })
    client.setRequestHandler(ElicitRequestSchema, name)
    client.setRequestHandler(CreateMessageRequestSchema, paris)
    client.setRequestHandler(ListRootsRequestSchema, roots)
    await client.connect(new ClassicTransport(parametersFor(folder)))
    const { structuredContent } = await client.callTool({ name: 'ask_all', arguments: {} })
    expect(structuredContent).to.deep.include({ person: name(), roots: roots().roots })
    await client.close()
  })

  it('may answer in any order, and answers are matched by the id of the host', async () => {
    const server = await open()
    server.send(callMessage('legacy', 1, 'ask_name'), callMessage('legacy', 2, 'ask_name'))
    const first = await askedOf(server)
    const second = await server.message(({ method, id }) => method === 'elicitation/create' && id !== first.id)
    const answer = (id: unknown, text: string) => ({
      jsonrpc: '2.0',
      id,
      result: { action: 'accept', content: { name: text } },
    })
    server.send(answer(second.id, 'Bob'), answer('host-99', 'Eve'), answer(first.id, 'Ada'), answer(first.id, 'Eve'))
    const answers = [textOf(await server.answer(1)), textOf(await server.answer(2))]
    expect(answers.toSorted()).to.deep.equal(['Hello, Ada!', 'Hello, Bob!'])
  })

  it('may refuse, or answer what was not asked for: the tool ends in words', async () => {
    const server = await open()
    server.send(callMessage('legacy', 1, 'ask_name'))
    const { id } = await askedOf(server)
    server.send({ jsonrpc: '2.0', id, error: { code: -1, message: 'nobody is here' } })
    expect(textOf(await server.answer(1))).to.equal('The client refused the question: nobody is here')
    server.send(callMessage('legacy', 2, 'ask_name'))
    const second = await server.message(({ method, id: other }) => method === 'elicitation/create' && other !== id)
    server.send({ jsonrpc: '2.0', id: second.id, result: { action: 'accept', content: { name: 'x' } } })
    expect(textOf(await server.answer(2))).to.include('is not what was asked for')
  })

  it('is told when its question is given up with the call', async () => {
    const server = await open()
    server.send(callMessage('legacy', 'gone', 'ask_name'))
    const { id } = await askedOf(server)
    server.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'gone' } })
    const { params } = await server.message(({ method }) => method === 'notifications/cancelled')
    expect(params).to.deep.equal({ requestId: id })
    server.send({ jsonrpc: '2.0', id: 'after', method: 'ping' })
    await server.answer('after')
    expect(server.lines.filter((line) => line.includes('"id":"gone"'))).to.deep.equal([])
  })

  it('ends what waits for it when its input ends', async () => {
    const server = await open()
    server.send(callMessage('legacy', 1, 'ask_name'))
    await askedOf(server)
    server.child.stdin.end()
    expect(textOf(await server.answer(1))).to.equal('The session has ended.')
    expect(await server.ended).to.equal(0)
  })

  it('is asked only for what it declared, and what its revision has', async () => {
    const without = await open('2025-11-25', { roots: {} })
    without.send(callMessage('legacy', 1, 'ask_name'))
    expect(textOf(await without.answer(1))).to.include('did not declare elicitation')
    const older = await open('2025-03-26')
    older.send(callMessage('legacy', 1, 'ask_name'))
    expect(textOf(await older.answer(1))).to.include('revision 2025-03-26 has no elicitation')
    older.send([callMessage('legacy', 2, 'ask_model')])
    expect(textOf(await older.answer(2))).to.include('in a batch')
    older.send(callMessage('legacy', 3, 'ask_model'))
    const { id } = await askedOf(older, 'sampling/createMessage')
    // Clients of this revision may put answers and requests into one batch.
    older.send([
      { jsonrpc: '2.0', id, result: paris() },
      { jsonrpc: '2.0', id: 4, method: 'ping' },
    ])
    expect(textOf(await older.answer(3))).to.include('Paris')
    expect((await older.answer(4)).result).to.deep.equal({})
  })

  it('hears log messages once it says of which level', async () => {
    const server = await open('2025-06-18', {})
    expect((await server.answer('initialize')).result?.capabilities).to.have.property('logging')
    server.send({ jsonrpc: '2.0', id: 'level', method: 'logging/setLevel', params: { level: 'debug' } })
    expect((await server.answer('level')).result).to.deep.equal({})
    server.send(callMessage('legacy', 1, 'tell_levels'))
    const { params } = await server.message(({ method }) => method === 'notifications/message')
    expect(params).to.have.property('level')
  })
})
