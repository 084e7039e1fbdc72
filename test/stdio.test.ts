import { verifyAudit } from '@toolgate/audit'
import { expect } from 'chai'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { runToolgate } from '../packages/cli/test/support/run-toolgate.ts'
import { callMessage, initialize, stdioFolder, type StdioFolder, type StdioProcess } from './support/stdio.ts'
import { modernMeta } from './support/wire.ts'

const scopes = 'fixture:read fixture:change'
const tools = {
  fixture_write: { visibility: 'listed' },
  fixture_hidden: { visibility: 'concealed' },
  fixture_refusing: { requires: { maxAgeSeconds: 300 } },
}
const families = ['modern', 'legacy'] as const
const list = (id: string | number, meta: object = {}) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/list',
  params: { _meta: meta },
})

function textOf({ result }: { readonly result?: Readonly<Record<string, unknown>> }): string {
  return (result?.content as { readonly text: string }[] | undefined)?.[0]?.text ?? ''
}

describe('toolgate stdio', () => {
  let folder: StdioFolder
  let server: StdioProcess
  before(async () => {
    folder = await stdioFolder({ tools, accessTool: true, limits: { bodyBytes: 20_000, concurrentCalls: 6 } })
    server = folder.start('--scopes', scopes, '--name', 'tester')
    server.send(initialize('2025-11-25'))
    expect((await server.answer('initialize')).result).to.include({ protocolVersion: '2025-11-25' })
    server.send({ jsonrpc: '2.0', method: 'notifications/initialized' })
  })
  after(() => folder[Symbol.asyncDispose]())

  let ids = 0
  const call = (family: (typeof families)[number], name: string, rest: Parameters<typeof callMessage>[3] = {}) => {
    const id = `call-${String(++ids)}`
    server.send(callMessage(family, id, name, rest))
    return server.answer(id)
  }

  for (const family of families) {
    describe(`in the ${family} family`, () => {
      it('lists what the scopes open, and what is listed to everybody with its scopes', async () => {
        const id = `list-${family}`
        server.send(list(id, family === 'modern' ? modernMeta : {}))
        const shown = (await server.answer(id)).result?.tools as { name: string; _meta?: Record<string, unknown> }[]
        const names = shown.map(({ name }) => name)
        expect(names).to.include.members(['fixture_echo', 'fixture_anyone', 'fixture_write'])
        expect(names).to.not.include.members(['fixture_admin']).and.not.include('fixture_hidden')
        const write = shown.find(({ name }) => name === 'fixture_write')
        expect(write?._meta?.['dev.toolgate/requiredScopes']).to.deep.equal(['fixture:write'])
      })

      it('runs an allowed call as the principal of the command line, without claims', async () => {
        const { result } = await call(family, 'fixture_echo', { args: { text: 'x' } })
        expect((result?.structuredContent as { principal: object }).principal).to.deep.equal({
          issuer: 'stdio',
          subject: 'stdio:tester',
          scopes: scopes.split(' '),
          claims: {},
        })
      })

      it('answers a denial with the code and the data of the 403, and who can mend it', async () => {
        const { error } = await call(family, 'fixture_write')
        expect(error?.code).to.equal(-32003)
        expect(error?.message).to.equal(
          'fixture_write needs the scope fixture:write, which this client was not started with: whoever runs it can add fixture:write to --scopes of toolgate stdio, or to stdio.scopes in the configuration.',
        )
        expect(error?.data).to.deep.include({
          tool: 'fixture_write',
          required: ['fixture:write'],
          granted: scopes.split(' '),
          missing: ['fixture:write'],
        })
        expect(error?.data?.requestId).to.be.a('string')
      })

      it('counts the arguments', async () => {
        expect(textOf(await call(family, 'fixture_conditional', { args: { force: false } }))).to.equal('changed')
        const { error } = await call(family, 'fixture_conditional', { args: { force: true } })
        expect(error?.data?.missing).to.deep.equal(['fixture:force'])
      })

      it('denies in words what asks for a recent sign-in: there is none', async () => {
        const { error } = await call(family, 'fixture_refusing')
        expect(error?.code).to.equal(-32003)
        expect(error?.message).to.equal(
          'fixture_refusing needs a sign-in of the last 300 seconds, and a client of toolgate stdio has no sign-in: call it over HTTP.',
        )
        expect(error?.data).to.deep.include({ requires: { maxAgeSeconds: 300 } })
      })

      it('knows a concealed tool as little as one that is not there', async () => {
        const hidden = await call(family, 'fixture_hidden', { args: { number: 1 } })
        const absent = await call(family, 'fixture_absent', { args: { number: 1 } })
        expect(hidden.error).to.deep.equal({ code: -32602, message: 'Unknown tool: fixture_hidden' })
        expect(absent.error).to.deep.equal({ code: -32602, message: 'Unknown tool: fixture_absent' })
      })

      it('refuses arguments that do not match, fails blandly and cuts off what takes too long, as over HTTP', async () => {
        const invalid = await call(family, 'fixture_echo', { args: { text: 7 } })
        expect(textOf(invalid)).to.include('/text')
        const faulty = await call(family, 'fixture_faulty')
        expect(faulty.result?.isError).to.equal(true)
        expect(textOf(faulty)).to.include('The tool failed.').and.not.include('/srv')
        expect(textOf(await call(family, 'fixture_slow'))).to.include('did not answer within 100 ms')
      })

      it('sends progress before the answer', async () => {
        const before = server.lines.length
        const progressToken = `progress-${family}`
        expect(textOf(await call(family, 'fixture_progress', { meta: { progressToken } }))).to.equal('finished')
        const said = server.lines.slice(before).map((line) => JSON.parse(line) as { method?: string; params?: object })
        expect(said.map(({ method }) => method)).to.deep.equal([
          ...Array<string>(3).fill('notifications/progress'),
          undefined,
        ])
        expect(said[0]?.params).to.deep.include({ progressToken, progress: 0 })
      })

      it('aborts the call that notifications/cancelled names, and answers it no more', async () => {
        const aborted = async () => Number(textOf(await call(family, 'fixture_aborting', { args: { ask: true } })))
        const before = await aborted()
        const id = `cancelled-${family}`
        server.send(callMessage(family, id, 'fixture_aborting', { meta: { progressToken: id } }))
        await server.message(({ params }) => params?.progressToken === id)
        server.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } })
        expect(await aborted()).to.equal(before + 1)
        expect(server.lines.filter((line) => line.includes(`"id":"${id}"`))).to.deep.equal([])
        const outcomes = (await folder.audit()).flatMap((record) => (record.type === 'outcome' ? [record.outcome] : []))
        expect(outcomes).to.include('cancelled')
      })
    })
  }

  it('refuses a call beyond the limit by its own id', async () => {
    const waiting = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => `limit-${id}`)
    for (const id of waiting) {
      server.send(callMessage('legacy', id, 'fixture_aborting', { meta: { progressToken: id } }))
      await server.message(({ params }) => params?.progressToken === id)
    }
    const { error } = await call('legacy', 'fixture_anyone')
    expect(error?.code).to.equal(-32004)
    expect(error?.message).to.match(/^More than 6 calls/)
    server.send(list('while busy'))
    expect((await server.answer('while busy')).result).to.have.property('tools')
    for (const requestId of waiting) {
      server.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } })
    }
    expect(textOf(await call('legacy', 'fixture_anyone'))).to.equal('hello')
  })

  it('refuses an id that still runs, by no id', async () => {
    server.send(callMessage('legacy', 'twice', 'fixture_aborting', { meta: { progressToken: 'twice' } }))
    await server.message(({ params }) => params?.progressToken === 'twice')
    server.send(list('twice'))
    const refusal = await server.message(({ error }) => error?.message.includes('still running') === true)
    expect(refusal).to.deep.include({ id: null })
    expect(refusal.error?.code).to.equal(-32600)
    server.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'twice' } })
  })

  it('tells in words what the client has and could get, and who can give it', async () => {
    const text = textOf(await call('legacy', 'toolgate_access'))
    expect(text).to.include('- fixture_write: whoever runs it can add fixture:write to --scopes of toolgate stdio')
    expect(text).to.not.include('sign in again')
    expect(text).to.not.include('fixture_hidden')
  })

  const refused: readonly (readonly [what: string, line: unknown, code: number, message: RegExp])[] = [
    ['no JSON', 'nope\n', -32700, /not JSON/],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22, 0x0a]), -32700, /UTF-8/],
    ['what is nested deeper than 64', `${'['.repeat(65)}${']'.repeat(65)}\n`, -32700, /deeper than 64/],
    ['a longer line than a body may be', `"${'x'.repeat(20_000)}"\n`, -32600, /larger than 20000 bytes/],
    ['no message', {}, -32600, /./],
    ['a batch at a revision without', [list('in a batch')], -32600, /this revision has no batches/],
    ['a second initialize', initialize('2025-06-18'), -32600, /initialize may be sent once/],
    [
      'a revision that is not spoken',
      list('unsupported', { ...modernMeta, 'io.modelcontextprotocol/protocolVersion': '2027-01-01' }),
      -32022,
      /2027-01-01/,
    ],
    [
      'a _meta of 2026-07-28 that lacks what it must have',
      list('incomplete', { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' }),
      -32602,
      /clientCapabilities/,
    ],
    ['a method that 2026-07-28 has not', { ...list('ping', modernMeta), method: 'ping' }, -32601, /./],
  ]
  for (const [what, line, code, message] of refused) {
    it(`answers ${what} with ${String(code)}, and goes on`, async () => {
      const before = server.lines.length
      const id = `after ${what}`
      server.send(line, list(id))
      expect((await server.answer(id)).result).to.have.property('tools')
      const [first = '{}', ...others] = server.lines.slice(before)
      const { error } = JSON.parse(first) as { error?: { code: number; message: string } }
      expect(error?.code).to.equal(code)
      expect(error?.message).to.match(message)
      expect(others).to.have.length(1)
    })
  }

  it('answers no notification and no response, whatever is in them, and no empty line', async () => {
    const before = server.lines.length
    server.send(
      { jsonrpc: '2.0', method: 'tools/call', params: { name: 'fixture_write' } },
      { jsonrpc: '2.0', method: 'no/such', params: { _meta: { 'io.modelcontextprotocol/protocolVersion': 7 } } },
      { jsonrpc: '2.0', id: 99, result: {} },
      { jsonrpc: '2.0', id: 98, error: { code: 1, message: 'no' } },
      { id: 97, result: 'of another protocol' },
      '\n \r\n',
      list('after silence'),
    )
    expect((await server.answer('after silence')).result).to.have.property('tools')
    expect(server.lines.slice(before)).to.have.length(1)
  })

  it('says in the log what it refused, and in the audit what it decided, in a file of its own', async () => {
    for (const family of families) await call(family, 'fixture_write')
    expect(server.remarked()).to.include('"msg":"refused"').and.include('stdio:tester')
    const records = await folder.audit()
    const denied = records.find((record) => record.type === 'decision' && record.effect === 'deny')
    expect(denied).to.deep.include({
      issuer: 'stdio',
      subject: 'stdio:tester',
      clientName: 'wire-test',
      held: scopes.split(' '),
    })
    const legacy = records.find((record) => record.type === 'decision' && record.protocolRevision === '2025-11-25')
    expect(legacy).to.deep.include({ clientName: 'stdio-test', clientVersion: '1.0.0' })
    expect(await readdir(join(folder.path, '.toolgate'))).to.not.include('audit.ndjson')
  })

  it('can be asked about by the file', async () => {
    for (const args of [
      ['tail', '--json'],
      ['query', '--json', '--subject', 'stdio:tester'],
    ]) {
      const asked = ['audit', ...args, '--file', join('.toolgate', 'audit-stdio.ndjson')]
      const { code, stdout } = await runToolgate(asked, { folder: folder.path })
      expect(code).to.equal(0)
      expect(stdout).to.include('"subject":"stdio:tester"')
    }
  })

  it('gives a second server at the same time the next file, and its chain goes on at the next start', async () => {
    const file = join(folder.path, '.toolgate', 'audit-stdio-2.ndjson')
    for (const time of [1, 2]) {
      const second = folder.start()
      second.send(initialize('2025-11-25'))
      await second.answer('initialize')
      second.send(callMessage('legacy', 1, 'fixture_echo', { args: { text: 'x' } }))
      expect((await second.answer(1)).error?.data?.granted).to.deep.equal([])
      second.child.stdin.end()
      expect(await second.ended).to.equal(0)
      const decisions = (await folder.audit('audit-stdio-2.ndjson')).filter(({ type }) => type === 'decision')
      expect(decisions).to.have.length(time)
      expect(decisions.at(-1)).to.deep.include({ subject: 'stdio:local', held: [] })
      expect((await verifyAudit({ audit: file })).faults).to.deep.equal([])
    }
  })
})

describe('a revision over stdio', () => {
  let folder: StdioFolder
  before(async () => {
    folder = await stdioFolder()
  })
  after(() => folder[Symbol.asyncDispose]())

  it('has to be settled first: by initialize, or by the _meta of 2026-07-28', async () => {
    const server = folder.start()
    server.send({ jsonrpc: '2.0', id: 'early', method: 'ping' }, list(1), [list(2)], list(3, modernMeta))
    expect((await server.answer(3)).result).to.have.property('tools')
    expect((await server.answer('early')).result).to.deep.equal({})
    expect((await server.answer(1)).error?.code).to.equal(-32600)
    expect((await server.answer(1)).error?.message).to.include('initialize comes first')
    expect((await server.answer(null)).error?.code).to.equal(-32600)
    server.send({ ...initialize('2025-11-25'), id: 'bad', params: { protocolVersion: '2025-11-25' } })
    expect((await server.answer('bad')).error?.code).to.equal(-32602)
    server.send(initialize('1999-01-01'), list(4))
    expect((await server.answer('initialize')).result).to.include({ protocolVersion: '2025-11-25' })
    expect((await server.answer(4)).result).to.have.property('tools')
  })

  for (const revision of ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25']) {
    it(`may be ${revision}`, async () => {
      const server = folder.start()
      server.send(initialize(revision), callMessage('legacy', 1, 'fixture_anyone'))
      expect((await server.answer('initialize')).result).to.include({ protocolVersion: revision })
      expect(textOf(await server.answer(1))).to.equal('hello')
    })
  }

  it('has batches at 2025-03-26: judged as a whole, and nobody is left waiting', async () => {
    const server = folder.start('--scopes', 'fixture:read')
    server.send(initialize('2025-03-26'), [
      callMessage('legacy', 'one', 'fixture_anyone'),
      { jsonrpc: '2.0', method: 'notifications/roots/list_changed' },
      callMessage('legacy', 'two', 'fixture_echo', { args: { text: 'x' } }),
    ])
    expect(textOf(await server.answer('one'))).to.equal('hello')
    const batch = JSON.parse(server.lines[1] ?? '') as readonly { id: string }[]
    expect(batch.map(({ id }) => id)).to.deep.equal(['one', 'two'])
    server.send([callMessage('legacy', 'three', 'fixture_anyone'), callMessage('legacy', 'four', 'fixture_write')])
    for (const id of ['three', 'four']) {
      const { error } = await server.answer(id)
      expect(error?.code).to.equal(-32003)
      expect(error?.data?.missing).to.deep.equal(['fixture:write'])
    }
    server.send([])
    expect((await server.answer(null)).error?.message).to.include('1 to 50')
    // A cancelled one is left out of the answer to the batch.
    server.send([
      callMessage('legacy', 'waits', 'fixture_aborting', { meta: { progressToken: 'waits' } }),
      callMessage('legacy', 'five', 'fixture_anyone'),
    ])
    await server.message(({ params }) => params?.progressToken === 'waits')
    server.send([{ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'waits' } }])
    expect(textOf(await server.answer('five'))).to.equal('hello')
    expect(server.lines.filter((line) => line.includes('"id":"waits"'))).to.deep.equal([])
  })
})
