import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { ToolError, type PluginSetup } from '@toolgate/plugin'
import { callTool, rejectionOf, setUpPlugin, toolContext } from '../../../test/support/tool-context.ts'
import plugin from '../src/index.ts'
import type { Note } from '../src/note.ts'
import type { NotePage } from '../src/note-store.ts'

describe('the notes plugin', () => {
  let dataFolder: string
  let notes: PluginSetup
  const ada = toolContext()

  const open = (settings: Readonly<Record<string, unknown>> = {}) =>
    setUpPlugin(plugin, { dataFolder, settings: { file: './notes.db', notesPerOwner: 100, ...settings } })
  const create = async (title: string, body = '', context = ada, isPrivate = false) =>
    (await callTool(notes, 'notes_create', { title, body, private: isPrivate }, context)) as Note
  const list = async (args: Readonly<Record<string, unknown>> = {}, context = ada) =>
    (await callTool(notes, 'notes_list', { limit: 10, ...args }, context)) as NotePage
  const search = async (query: string, context = ada) =>
    (await callTool(notes, 'notes_search', { query, limit: 10 }, context)) as NotePage
  const titles = (page: NotePage) => page.notes.map((note) => note.title)

  beforeEach(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'notes-'))
    notes = await open()
  })

  afterEach(async () => {
    await notes.close?.()
    await rm(dataFolder, { recursive: true })
  })

  it('has a read scope for reading and a write scope for creating and deleting', () => {
    expect(Object.fromEntries((notes.tools ?? []).map((tool) => [tool.name, tool.scopes]))).to.deep.equal({
      notes_create: ['notes:write'],
      notes_delete: ['notes:write'],
      notes_list: ['notes:read'],
      notes_read: ['notes:read'],
      notes_search: ['notes:read'],
    })
  })

  it('says which tools read, add and destroy', () => {
    const hints = notes.tools?.map(({ name, annotations }) => [
      name,
      annotations?.readOnlyHint,
      annotations?.destructiveHint,
    ])
    expect(hints).to.deep.equal([
      ['notes_create', false, false],
      ['notes_delete', false, true],
      ['notes_list', true, undefined],
      ['notes_read', true, undefined],
      ['notes_search', true, undefined],
    ])
  })

  it('lists what was created, newest first, even within one millisecond', async () => {
    for (const title of ['one', 'two', 'three']) await create(title)
    expect(titles(await list())).to.deep.equal(['three', 'two', 'one'])
  })

  it('answers a created note as it is listed later', async () => {
    const created = await create('Milk', 'two litres')
    expect(created).to.include({ title: 'Milk', body: 'two litres' })
    expect((await list()).notes).to.deep.equal([created])
  })

  it('keeps notes through a restart', async () => {
    await create('Milk')
    await notes.close?.()
    notes = await open()
    expect(titles(await list())).to.deep.equal(['Milk'])
    expect(titles(await search('milk'))).to.deep.equal(['Milk'])
  })

  it('keeps the database readable by its owner alone, in WAL mode', async () => {
    await create('Milk')
    const file = join(dataFolder, 'notes.db')
    expect((await stat(file)).mode & 0o777).to.equal(0o600)
    expect((await stat(`${file}-wal`)).mode & 0o777).to.equal(0o600)
    expect((await readFile(file)).subarray(18, 20)).to.deep.equal(Buffer.from([2, 2]))
  })

  describe('paging', () => {
    it('gives every note once, and no cursor on the last page', async () => {
      for (let n = 0; n < 7; n++) await create(`note ${n}`)
      const seen: string[] = []
      let cursor: string | undefined
      let pages = 0
      do {
        const page: NotePage = await list({ limit: 3, cursor })
        seen.push(...titles(page))
        cursor = page.nextCursor
        pages++
      } while (cursor !== undefined)
      expect(seen).to.deep.equal([6, 5, 4, 3, 2, 1, 0].map((n) => `note ${n}`))
      expect(pages).to.equal(3)
    })

    it('goes on when the note of the cursor has been deleted', async () => {
      const created = [await create('one'), await create('two'), await create('three')]
      const { nextCursor } = await list({ limit: 2 })
      await callTool(notes, 'notes_delete', { id: created[1]?.id })
      expect(titles(await list({ cursor: nextCursor }))).to.deep.equal(['one'])
    })

    it('pages a search too', async () => {
      for (let n = 0; n < 3; n++) await create(`milk ${n}`)
      const first = (await callTool(notes, 'notes_search', { query: 'milk', limit: 2 })) as NotePage
      const second = await callTool(notes, 'notes_search', { query: 'milk', limit: 2, cursor: first.nextCursor })
      expect(titles(first)).to.deep.equal(['milk 2', 'milk 1'])
      expect(titles(second as NotePage)).to.deep.equal(['milk 0'])
    })
  })

  describe('notes_search', () => {
    beforeEach(async () => {
      await create('Shopping', 'milk, "brown" bread and crème brûlée')
      await create('Meeting notes', 'ask about NOT NULL and the e-mail')
    })

    const vectors: readonly (readonly [query: string, found: readonly string[]])[] = [
      ['milk', ['Shopping']],
      ['MILK bread', ['Shopping']],
      ['shop', ['Shopping']],
      ['creme brulee', ['Shopping']],
      ['"brown"', ['Shopping']],
      ['e-mail', ['Meeting notes']],
      ['NOT NULL', ['Meeting notes']],
      ['a', ['Meeting notes', 'Shopping']],
      ['milk meeting', []],
      ['milk OR meeting', []],
      ['title : shopping', []],
      ['"', ['error']],
      ['* ( ) ^ -', ['error']],
      ['milk" OR owner : "1', []],
      ['} : (milk) OR (meeting', []],
      ['NEAR(milk bread)', []],
      ['milk\0', ['Shopping']],
    ]
    for (const [query, found] of vectors) {
      it(`finds ${JSON.stringify(found)} for ${JSON.stringify(query)}`, async () => {
        if (found[0] === 'error') expect(await rejectionOf(search(query))).to.be.instanceOf(ToolError)
        else expect(titles(await search(query))).to.deep.equal(found)
      })
    }

    it('no longer finds a deleted note', async () => {
      const [note] = (await search('milk')).notes
      await callTool(notes, 'notes_delete', { id: note?.id })
      expect(titles(await search('milk'))).to.deep.equal([])
    })
  })

  describe('before one is deleted', () => {
    const canAsk = { elicit: true, elicitUrl: false, sample: false, listRoots: false }
    const answering = (answer: unknown, asked: unknown[] = []) =>
      toolContext({
        canAsk,
        elicit: (question: unknown) => {
          asked.push(question)
          return Promise.resolve(answer as never)
        },
      })

    it('asks who can be asked, once, about this very note', async () => {
      const { id } = await create('Milk "and" bread')
      const asked: unknown[] = []
      await callTool(notes, 'notes_delete', { id }, answering({ action: 'accept', content: { delete: true } }, asked))
      expect(asked).to.have.length(1)
      expect(asked[0]).to.include({ once: true, message: 'Delete the note "Milk \\"and\\" bread" for good?' })
      expect(await list()).to.deep.equal({ notes: [] })
    })

    for (const answer of [
      { action: 'decline' },
      { action: 'cancel' },
      { action: 'accept', content: { delete: false } },
    ]) {
      it(`keeps it after ${JSON.stringify(answer)}`, async () => {
        const { id } = await create('Milk')
        const error = await rejectionOf(callTool(notes, 'notes_delete', { id }, answering(answer)))
        expect(error).to.be.instanceOf(ToolError)
        expect(error.message).to.include('did not confirm')
        expect(titles(await list())).to.deep.equal(['Milk'])
      })
    }

    it('asks nobody about a note that is not theirs', async () => {
      const { id } = await create('Milk')
      const asked: unknown[] = []
      const stranger = { ...answering({ action: 'accept', content: { delete: true } }, asked) }
      const other = { ...stranger, principal: toolContext({ subject: 'eve' }).principal }
      expect((await rejectionOf(callTool(notes, 'notes_delete', { id }, other))).message).to.include('no note')
      expect(asked).to.deep.equal([])
    })
  })

  describe('of two callers', () => {
    const others = {
      'another subject': toolContext({ subject: 'bob' }),
      'the same subject of another issuer': toolContext({ issuer: 'https://other.example' }),
    }
    for (const [who, other] of Object.entries(others)) {
      it(`shows nothing to ${who}`, async () => {
        await create('Milk')
        expect(await list({}, other)).to.deep.equal({ notes: [] })
        expect(await search('milk', other)).to.deep.equal({ notes: [] })
        await create('Theirs', 'milk', other)
        expect(titles(await list({}, other))).to.deep.equal(['Theirs'])
        expect(titles(await search('milk', other))).to.deep.equal(['Theirs'])
        expect(titles(await search('milk'))).to.deep.equal(['Milk'])
      })

      it(`deletes nothing for ${who}, in the words for a note that does not exist`, async () => {
        const { id } = await create('Milk')
        const theirs = await rejectionOf(callTool(notes, 'notes_delete', { id }, other))
        const unknown = await rejectionOf(callTool(notes, 'notes_delete', { id: 'none' }))
        expect(theirs).to.be.instanceOf(ToolError)
        expect(theirs.message).to.equal(unknown.message)
        expect(titles(await list())).to.deep.equal(['Milk'])
      })
    }

    it('counts each caller alone against the limit', async () => {
      await notes.close?.()
      notes = await open({ notesPerOwner: 2 })
      await create('one')
      await create('two')
      const refusal = await rejectionOf(create('three'))
      expect(refusal).to.be.instanceOf(ToolError)
      expect(refusal.message).to.contain('2 notes')
      await create('one of bob', '', others['another subject'])
      expect(titles(await list())).to.deep.equal(['two', 'one'])
    })
  })

  describe('with a private note', () => {
    const demandsOf = async (tool: string, id: string | undefined, context = ada): Promise<readonly string[]> => {
      const demanded: string[] = []
      const requireScopes = (...scopes: readonly string[]) => void demanded.push(...scopes)
      const looking = notes.tools?.find(({ name }) => name === tool)
      if (looking?.authorize === undefined) throw new TypeError(`${tool} does not look at its calls`)
      await looking.authorize({ id } as never, { ...context, requireScopes })
      return demanded
    }

    it('demands notes:private to read or delete it, and of no other note', async () => {
      const secret = await create('Diary', 'dear diary', ada, true)
      const plain = await create('Milk')
      for (const tool of ['notes_read', 'notes_delete']) {
        expect(await demandsOf(tool, secret.id)).to.deep.equal(['notes:private'])
        expect(await demandsOf(tool, plain.id)).to.deep.equal([])
        expect(await demandsOf(tool, 'none')).to.deep.equal([])
        const tools = (notes.tools ?? []).filter(({ name }) => name === tool)
        expect(tools.map(({ mayRequire }) => mayRequire)).to.deep.equal([['notes:private']])
      }
    })

    it("tells nobody that another's note is private", async () => {
      const { id } = await create('Diary', 'dear diary', ada, true)
      expect(await demandsOf('notes_read', id, toolContext({ subject: 'bob' }))).to.deep.equal([])
    })

    it('lists it without its body, and finds it by no word', async () => {
      const secret = await create('Diary', 'dear diary', ada, true)
      expect(secret).to.include({ body: 'dear diary', private: true })
      expect((await list()).notes).to.deep.equal([{ ...secret, body: '' }])
      expect(titles(await search('dear'))).to.deep.equal([])
      expect(titles(await search('diary'))).to.deep.equal([])
    })

    it('reads it whole', async () => {
      const secret = await create('Diary', 'dear diary', ada, true)
      expect(await callTool(notes, 'notes_read', { id: secret.id })).to.deep.equal(secret)
    })
  })

  it('offers a note as a resource and a summary as a prompt, for the scope of reading', () => {
    const offered = [...(notes.resourceTemplates ?? []), ...(notes.prompts ?? [])]
    expect(offered.map(({ name, scopes, mayRequire }) => [name, scopes, mayRequire])).to.deep.equal([
      ['note', ['notes:read'], ['notes:private']],
      ['notes_summarize', ['notes:read'], undefined],
    ])
  })

  it("reads a note, and answers another's like one that does not exist", async () => {
    const note = await create('Milk', 'two litres')
    expect(await callTool(notes, 'notes_read', { id: note.id })).to.deep.equal(note)
    const theirs = await rejectionOf(callTool(notes, 'notes_read', { id: note.id }, toolContext({ subject: 'bob' })))
    const unknown = await rejectionOf(callTool(notes, 'notes_read', { id: 'none' }))
    expect(theirs).to.be.instanceOf(ToolError)
    expect(theirs.message).to.equal(unknown.message)
  })

  it('refuses a blank title and the character U+0000', async () => {
    expect(await rejectionOf(create(' \n'))).to.be.instanceOf(ToolError)
    expect(await rejectionOf(create('a\0b'))).to.be.instanceOf(ToolError)
    expect(await rejectionOf(create('a', 'b\0'))).to.be.instanceOf(ToolError)
  })

  it('does nothing for a call that is already aborted', async () => {
    const gone = toolContext({ signal: AbortSignal.abort() })
    expect((await rejectionOf(create('Milk', '', gone))).name).to.equal('AbortError')
    expect(await list()).to.deep.equal({ notes: [] })
  })
})
