import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { expect } from 'chai'
import type { TestHost } from './support/host.ts'
import { ask, families, startShelfHost } from './support/things/ask.ts'
import { callTool, postModern, type WireAnswer } from './support/wire.ts'

/** All scopes that a caller may need to see everything. */
const everything = 'shelf:read shelf:write shelf:admin shelf:secret shelf:restricted shelf:private'

for (const family of families) {
  describe(`things at ${family}`, () => {
    let host: TestHost
    before(async () => {
      host = await startShelfHost()
    })
    after(() => host.close())

    const as = async (scope: string, method: string, params?: Readonly<Record<string, unknown>>) =>
      ask(family, host.url, await host.token(scope), method, params)
    const read = (scope: string, uri: string) => as(scope, 'resources/read', { uri })
    const get = (scope: string, name: string, args?: Readonly<Record<string, unknown>>) =>
      as(scope, 'prompts/get', { name, ...(args === undefined ? {} : { arguments: args }) })
    const complete = (scope: string, ref: object, name: string, value: string) =>
      as(scope, 'completion/complete', { ref, argument: { name, value } })
    const bookRef = { type: 'ref/resource', uri: 'shelf://books/{id}' }
    const vaultRef = { type: 'ref/resource', uri: 'shelf://vault/{+path}{?version}' }
    const promptRef = { type: 'ref/prompt', name: 'shelf_summary' }

    describe('resources/list', () => {
      const listed = async (scope: string) => {
        const answer = await as(scope, 'resources/list')
        return (answer.result().resources as { uri: string }[]).map(({ uri }) => uri)
      }

      it('shows what the caller may read, and what is listed to everybody', async () => {
        expect(await listed('')).to.deep.equal(['shelf://books/fixed', 'shelf://ledger', 'shelf://motto'])
      })

      it('shows what templates list to those who may read it', async () => {
        expect(await listed('shelf:read shelf:restricted')).to.include.members(['shelf://logo', 'shelf://books/emma'])
        expect(await listed(everything)).to.include.members(['shelf://hidden', 'shelf://vault/gold'])
      })

      it('runs no list for a caller who may read only some of a template', async () => {
        expect((await listed('shelf:read')).filter((uri) => uri.startsWith('shelf://books/'))).to.deep.equal([
          'shelf://books/fixed',
        ])
      })

      it('names the scopes of what is listed to everybody, and gives a listing as it was declared', async () => {
        const { resources } = (await as('', 'resources/list')).result() as { resources: { uri: string }[] }
        const [ledger, motto] = ['shelf://ledger', 'shelf://motto'].map((uri) => resources.find((r) => r.uri === uri))
        expect(ledger).to.deep.equal({
          uri: 'shelf://ledger',
          name: 'ledger',
          _meta: { 'dev.toolgate/requiredScopes': ['shelf:admin'] },
        })
        expect(motto).to.deep.equal({
          uri: 'shelf://motto',
          name: 'motto',
          description: 'What stands above the door.',
          mimeType: 'text/plain',
          size: 11,
          annotations: { audience: ['user'], priority: 0.5 },
        })
      })

      it('records a decision and an outcome for the list of each template', async () => {
        const before = (await host.audit()).length
        await as('shelf:read shelf:restricted', 'resources/list')
        const records = (await host.audit()).slice(before)
        expect(records.map((record) => record.type)).to.deep.equal(['decision', 'outcome'])
        expect(records[0]).to.include({ tool: 'template shelf://books/{id}', effect: 'allow', plugin: 'shelf' })
        expect(records[1]).to.include({ outcome: 'ok' })
      })
    })

    describe('resources/list of a template that fails', () => {
      it('leaves its resources out, and says why in log and audit', async () => {
        const answer = await as('shelf:stray shelf:read shelf:restricted', 'resources/list')
        expect(answer.text)
          .to.include('shelf://books/emma')
          .and.not.to.include('elsewhere')
          .and.not.to.include('cellar')
        const outcomes = (await host.audit()).slice(-6).filter((record) => record.type === 'outcome')
        expect(outcomes.map((record) => record.outcome).sort()).to.deep.equal(['failed', 'failed', 'ok'])
        const log = host.log.join('\n')
        expect(log).to.include('has a URI that the template does not match').and.to.include('the cellar is flooded')
      })
    })

    describe('resources/templates/list', () => {
      it('shows the templates that the caller may read, in the order of names', async () => {
        const names = async (scope: string) => {
          const { resourceTemplates } = (await as(scope, 'resources/templates/list')).result()
          return (resourceTemplates as { name: string }[]).map(({ name }) => name)
        }
        expect(await names('')).to.deep.equal([])
        expect(await names('shelf:read')).to.deep.equal(['atlas', 'book'])
        expect(await names(everything)).to.deep.equal(['atlas', 'book', 'vault'])
      })
    })

    describe('resources/read', () => {
      it('gives texts, bytes and contents, with the media type of the listing', async () => {
        expect((await read('', 'shelf://motto')).result().contents).to.deep.equal([
          { uri: 'shelf://motto', mimeType: 'text/plain', text: 'Sapere aude' },
        ])
        expect((await read('shelf:read', 'shelf://logo')).result().contents).to.deep.equal([
          { uri: 'shelf://logo', mimeType: 'image/png', blob: 'iVBORw==' },
        ])
        expect((await read('shelf:read', 'shelf://books/atlas-7')).result().contents).to.deep.equal([
          { uri: 'shelf://books/atlas-7', text: 'map 7' },
          { uri: 'shelf://legend', text: 'legend' },
        ])
        expect((await read(everything, 'shelf://vault/a/b%20c?version=2')).result().contents).to.deep.equal([
          { uri: 'shelf://vault/a/b%20c?version=2', text: 'a/b c 2' },
        ])
      })

      it('lets a resource of its own go before a template, and of templates the first by name', async () => {
        expect((await read('', 'shelf://books/fixed')).result().contents).to.have.nested.property('[0].text', 'fixed')
        expect((await read('shelf:read', 'shelf://books/atlas-1')).text).to.include('map 1')
      })

      it('answers 403 with one challenge for all that is missing, in the words of the caller', async () => {
        const answer = await read('shelf:other', 'shelf://books/restricted')
        expect(answer.status).to.equal(403)
        expect(answer.headers['www-authenticate']).to.include('error="insufficient_scope"')
        expect(answer.headers['www-authenticate']).to.include('scope="shelf:read shelf:restricted"')
        expect(answer.error().code).to.equal(-32003)
        expect(answer.error().data).to.deep.include({
          tool: 'resource shelf://books/restricted',
          required: ['shelf:read', 'shelf:restricted'],
          missing: ['shelf:read', 'shelf:restricted'],
        })
        expect(answer.text).not.to.include('{id}')
      })

      it('answers 403 for a condition on a variable and for a demand of the author', async () => {
        for (const [id, scope] of [
          ['restricted', 'shelf:restricted'],
          ['private', 'shelf:private'],
        ] as const) {
          const answer = await read('shelf:read', `shelf://books/${id}`)
          expect(answer.status, id).to.equal(403)
          expect(answer.error().data?.missing, id).to.deep.equal([scope])
          expect((await read(`shelf:read ${scope}`, `shelf://books/${id}`)).status, id).to.equal(200)
        }
      })

      it('judges the decoded variables, however the URI spells them', async () => {
        expect((await read('shelf:read', 'shelf://books/%72estricted')).status).to.equal(403)
      })

      it('tells an unknown resource, a concealed one and one that its reader does not know apart from nothing', async () => {
        const texts = await Promise.all(
          ['shelf://nothing', 'shelf://hidden', 'shelf://vault/gold', 'shelf://books/unknown'].map(async (uri) => {
            const answer = await read('shelf:read', uri)
            expect(answer.status, uri).to.equal(200)
            expect(answer.error(), uri).to.deep.equal({ code: -32602, message: 'Resource not found', data: { uri } })
            return answer.text.replace(uri, '')
          }),
        )
        expect(new Set(texts).size).to.equal(1)
      })

      it('is bland about what a reader does wrong, and tells the words of a ToolError', async () => {
        for (const [id, outcome] of [
          ['broken', 'failed'],
          ['big', 'too-large'],
          ['slow', 'timeout'],
          ['odd', 'failed'],
          ['empty', 'failed'],
          ['number', 'failed'],
        ] as const) {
          const answer = await read('shelf:read', `shelf://books/${id}`)
          expect(answer.status, id).to.equal(200)
          const { code, message, data } = answer.error()
          expect([code, message], id).to.deep.equal([-32603, 'Internal error'])
          expect(answer.text, id).not.to.include('cellar')
          const last = (await host.audit()).at(-1)
          expect(last, id).to.include({ outcome, correlationId: data?.correlationId })
        }
        const torn = await read('shelf:read', 'shelf://books/torn')
        expect(torn.error()).to.deep.equal({ code: -32005, message: 'This book is torn. Ask for another one.' })
        const refused = await read('shelf:read', 'shelf://books/refused')
        expect(refused.error()).to.deep.equal({ code: -32005, message: 'This book is lent out.' })
      })

      it('ends a read that demands too late as an error, without a challenge', async () => {
        const answer = await read('shelf:read', 'shelf://books/late')
        expect(answer.status).to.equal(200)
        expect(answer.headers).not.to.have.property('www-authenticate')
        expect(answer.error()).to.deep.include({ code: -32003 })
        expect(answer.error().data).to.deep.include({ missing: ['shelf:private'] })
      })

      it('records who read what', async () => {
        await read('shelf:read', 'shelf://books/emma')
        const [decision, outcome] = (await host.audit()).slice(-2)
        expect(decision).to.include({ type: 'decision', tool: 'template shelf://books/{id}', effect: 'allow' })
        expect(decision).to.have.property('argumentsHash').that.is.a('string')
        expect(outcome).to.include({ type: 'outcome', outcome: 'ok' })
        await read('', 'shelf://nothing')
        expect((await host.audit()).at(-1)).to.include({
          tool: 'resource shelf://nothing',
          effect: 'unknown-tool',
          reason: 'no such resource',
        })
      })

      it('answers 401 without a token', async () => {
        const answer = await ask(family, host.url, undefined, 'resources/read', { uri: 'shelf://motto' })
        expect(answer.status).to.equal(401)
      })
    })

    describe('prompts', () => {
      it('lists what the caller may get, and what is listed to everybody', async () => {
        const list = async (scope: string) => (await as(scope, 'prompts/list')).result().prompts
        expect(await list('')).to.deep.equal([
          { name: 'shelf_review', _meta: { 'dev.toolgate/requiredScopes': ['shelf:write'] } },
        ])
        expect(await list('shelf:read')).to.deep.include({
          name: 'shelf_summary',
          description: 'Sums a book up.',
          arguments: [
            { name: 'book', description: 'Id of the book.', required: true },
            { name: 'style', description: 'How it is told.' },
          ],
        })
        expect(await list(everything)).to.have.length(3)
      })

      it('gives messages', async () => {
        expect((await get('shelf:read', 'shelf_summary', { book: 'emma' })).result()).to.deep.include({
          description: 'A summary',
          messages: [{ role: 'user', content: { type: 'text', text: 'emma in plain' } }],
        })
        expect((await get('shelf:write', 'shelf_review')).result().messages).to.deep.equal([
          { role: 'user', content: { type: 'text', text: 'Review it.' } },
        ])
      })

      it('answers 403 with the full challenge', async () => {
        const answer = await get('', 'shelf_summary', { book: 'restricted' })
        expect(answer.status).to.equal(403)
        expect(answer.headers['www-authenticate']).to.include('scope="shelf:read shelf:restricted"')
      })

      it('does not tell a concealed prompt from an unknown one', async () => {
        const [unknown, concealed] = await Promise.all([get('', 'shelf_plat'), get('', 'shelf_plot')])
        expect(unknown.error()).to.deep.equal({ code: -32602, message: 'Unknown prompt: shelf_plat' })
        expect(concealed.text).to.equal(unknown.text.replace('shelf_plat', 'shelf_plot'))
        expect(concealed.status).to.equal(200)
      })

      it('refuses arguments that were not declared, are missing or are no text', async () => {
        for (const args of [undefined, {}, { book: 'a', other: 'b' }, { book: 7 }]) {
          const answer = await get('shelf:read', 'shelf_summary', args)
          expect(answer.error().code, JSON.stringify(args)).to.equal(-32602)
          expect(answer.error().message, JSON.stringify(args)).to.match(/^Invalid arguments: .*(book|other)/)
        }
      })

      it('is bland about a prompt that throws', async () => {
        expect((await get('shelf:read', 'shelf_summary', { book: 'broken' })).error()).to.include({
          code: -32603,
          message: 'Internal error',
        })
        expect((await get('shelf:read', 'shelf_summary', { book: 'torn' })).error()).to.deep.equal({
          code: -32005,
          message: 'This book is torn.',
        })
      })
    })

    describe('completion/complete', () => {
      it('completes variables and arguments, a hundred values at most', async () => {
        expect((await complete('shelf:read', bookRef, 'id', 'e')).result().completion).to.deep.equal({
          values: ['emma'],
          total: 1,
          hasMore: false,
        })
        const { completion } = (await complete('shelf:read', promptRef, 'book', 'b')).result() as {
          completion: { values: readonly string[] }
        }
        expect(completion).to.include({ total: 150, hasMore: true })
        expect(completion.values).to.have.length(100)
        expect((await complete('shelf:read', promptRef, 'style', '')).result().completion).to.include({ total: 0 })
      })

      it('is judged like what it refers to', async () => {
        const denied = await complete('', bookRef, 'id', 'e')
        expect(denied.status).to.equal(403)
        expect(denied.headers['www-authenticate']).to.include('scope="shelf:read"')
        const conditional = await complete('shelf:read', bookRef, 'id', 'restricted')
        expect(conditional.status).to.equal(403)
        const unknown = await complete('', { type: 'ref/prompt', name: 'shelf_plat' }, 'x', '')
        const concealed = await complete('', { type: 'ref/prompt', name: 'shelf_plot' }, 'x', '')
        expect(concealed.text).to.equal(unknown.text.replace('shelf_plat', 'shelf_plot'))
        expect((await complete('shelf:read', vaultRef, 'path', '')).error().code).to.equal(-32602)
        expect((await complete('shelf:secret', vaultRef, 'path', '')).result().completion).to.deep.include({
          values: ['gold'],
        })
      })

      it('refuses an argument that there is not', async () => {
        expect((await complete('shelf:read', promptRef, 'author', '')).error().code).to.equal(-32602)
      })

      it('refuses what names nothing, and runs nothing', async () => {
        for (const params of [
          {},
          { ref: { type: 'ref/tool', name: 'x' } },
          { ref: promptRef, argument: { name: 1 } },
        ]) {
          const answer = await as('shelf:read', 'completion/complete', params)
          expect(answer.error().code, JSON.stringify(params)).to.equal(-32602)
        }
      })
    })

    it('refuses a cursor of another list', async () => {
      for (const method of ['resources/list', 'resources/templates/list', 'prompts/list']) {
        const answer = await as('shelf:read', method, { cursor: 'AAAA' })
        expect(answer.error().code, method).to.equal(-32602)
      }
    })
  })
}

describe('the headers that mirror a request for a thing', () => {
  let host: TestHost
  before(async () => {
    host = await startShelfHost()
  })
  after(() => host.close())

  it('have to name what the body names', async () => {
    const token = await host.token('shelf:read')
    for (const [method, params, name] of [
      ['resources/read', { uri: 'shelf://hidden' }, 'shelf://motto'],
      ['prompts/get', { name: 'shelf_plot' }, 'shelf_review'],
    ] as const) {
      for (const header of [name, undefined]) {
        const answer = await postModern(host.url, token, { method, params }, { 'mcp-name': header })
        expect([answer.status, answer.error().code], `${method} ${String(header)}`).to.deep.equal([400, -32020])
      }
    }
  })
})

describe('things for a client of the SDK', () => {
  let host: TestHost
  before(async () => {
    host = await startShelfHost()
  })
  after(() => host.close())

  it('are listed, read, given and completed', async () => {
    const token = await host.token('shelf:read shelf:restricted')
    const transport = new StreamableHTTPClientTransport(new URL(host.url), {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
    })
    const client = new Client({ name: 'things-test', version: '1.0.0' })
    await client.connect(transport)
    try {
      expect((await client.listResources()).resources.map(({ uri }) => uri)).to.include('shelf://books/emma')
      expect((await client.listResourceTemplates()).resourceTemplates.map(({ name }) => name)).to.include('book')
      expect((await client.readResource({ uri: 'shelf://books/emma' })).contents).to.have.length(1)
      expect((await client.listPrompts()).prompts.map(({ name }) => name)).to.include('shelf_summary')
      const prompt = await client.getPrompt({ name: 'shelf_summary', arguments: { book: 'emma' } })
      expect(prompt.messages).to.have.length(1)
      const ref = { type: 'ref/prompt' as const, name: 'shelf_summary' }
      const { completion } = await client.complete({ ref, argument: { name: 'book', value: 'b' } })
      expect(completion.values).to.have.length(100)
    } finally {
      await client.close()
    }
  })
})

describe('capabilities', () => {
  let host: TestHost
  before(async () => {
    host = await startShelfHost()
  })
  after(() => host.close())

  it('say what plugins offer, whoever asks', async () => {
    const answer = await ask('2026-07-28', host.url, await host.token(''), 'server/discover')
    const things = { tools: {}, resources: {}, prompts: {}, completions: {} }
    expect(answer.result().capabilities).to.deep.equal({ ...things, logging: {} })
  })

  it('let every list and every read say for how long and for whom it is good', async () => {
    const token = await host.token('shelf:read')
    for (const [method, ttlMs] of [
      ['resources/list', 0],
      ['resources/templates/list', 60_000],
      ['prompts/list', 60_000],
    ] as const) {
      for (let time = 0; time < 2; time++) {
        const answer = await ask('2026-07-28', host.url, token, method)
        expect(answer.result(), method).to.include({ ttlMs, cacheScope: 'private' })
      }
    }
    const answer = await ask('2026-07-28', host.url, token, 'resources/read', { uri: 'shelf://motto' })
    expect(answer.result()).to.include({ ttlMs: 0, cacheScope: 'private', resultType: 'complete' })
  })

  it('leave out what nobody offers, and its methods do not exist', async () => {
    const { startTestHost } = await import('./support/host.ts')
    const bare = await startTestHost()
    try {
      const token = await bare.token('fixture:read')
      const { capabilities } = (await ask('2026-07-28', bare.url, token, 'server/discover')).result()
      expect(capabilities).not.to.have.any.keys('resources', 'prompts', 'completions')
      for (const method of ['resources/list', 'resources/read', 'prompts/list', 'prompts/get', 'completion/complete']) {
        const params = {
          uri: 'a:b',
          name: 'x',
          ref: { type: 'ref/prompt', name: 'x' },
          argument: { name: 'a', value: '' },
        }
        const modern = await ask('2026-07-28', bare.url, token, method, params)
        expect([modern.status, modern.error().code], method).to.deep.equal([404, -32601])
        const legacy: WireAnswer = await ask('2025-11-25', bare.url, token, method, params)
        expect([legacy.status, legacy.error().code], method).to.deep.equal([200, -32601])
      }
      expect((await callTool('modern', bare.url, token, 'fixture_echo', { text: 'x' })).status).to.equal(200)
    } finally {
      await bare.close()
    }
  })
})
