import { expect } from 'chai'
import { decodeJwt } from 'jose'
import { journeyClients, setOut, type Journey } from './support/journey-clients.ts'
import { createPerson, type Person } from './support/person.ts'
import { firstUser, startRepositoryHost, type RepositoryHost } from './support/repository-host.ts'

const initialScopes = ['files:read', 'hello:read', 'http:fetch', 'notes:read']
const reading = [
  'files_list',
  'files_read',
  'files_search',
  'hello_greet',
  'http_fetch',
  'notes_list',
  'notes_read',
  'notes_search',
]
const writing = ['files_write', 'notes_create', 'notes_delete']
const milk = { title: 'Buy milk' }

const scopesOf = ({ memory }: Journey): readonly string[] => {
  const { scope } = decodeJwt(memory.tokens?.access_token ?? '')
  return String(scope).split(' ').sort()
}

const namesOf = async (journey: Journey) => (await journey.list()).map(({ name }) => name)

/** Makes a call that no sign-in helps, and returns what the host said to it, first and last. */
async function refusalsOf(journey: Journey, tool: string, args: Record<string, unknown>): Promise<readonly string[]> {
  const before = journey.refusals.length
  const answer = await journey.call(tool, args).catch(() => undefined)
  expect(answer, 'the call was allowed').to.equal(undefined)
  return journey.refusals.slice(before)
}

for (const { name, revision, create } of journeyClients) {
  describe(`the journey of ${name}`, () => {
    let host: RepositoryHost
    const open: Journey[] = []

    before(async () => {
      host = await startRepositoryHost()
      host.users.add({ name: 'reader', password: firstUser.password, scopes: ['notes:read', 'hello:read'] })
    })
    afterEach(async () => {
      for (const journey of open.splice(0)) await journey.close()
    })
    after(() => host.close())

    const sitDown = (user: string = firstUser.name): Person => createPerson(host.origin, user, firstUser.password)
    const travel = async (person: Person): Promise<Journey> => {
      const journey = await setOut(create, host.url, person)
      open.push(journey)
      return journey
    }

    it('leads from a 401 over sign-in to a call, and over a 403 and a step-up to the next', async () => {
      const person = sitDown()
      const journey = await travel(person)
      expect(journey.revision).to.equal(revision)
      expect(journey.exchanges.slice(0, 5)).to.deep.equal([
        'POST /mcp 401',
        'GET /.well-known/oauth-protected-resource/mcp 200',
        'GET /.well-known/oauth-authorization-server 200',
        'POST /register 201',
        'POST /token 200',
      ])
      expect(scopesOf(journey)).to.deep.equal(initialScopes)
      expect(journey.memory.tokens).to.not.have.property('refresh_token')
      expect(await namesOf(journey)).to.deep.equal([...reading, ...writing].sort())
      const search = await journey.call('notes_search', { query: 'milk' })
      expect(search.structuredContent).to.deep.equal({ notes: [] })

      const before = journey.exchanges.length
      const created = await journey.call('notes_create', milk)
      expect(created.structuredContent).to.include(milk)
      const stepUp = journey.exchanges.slice(before)
      expect(stepUp.filter((exchange) => exchange.startsWith('POST'))).to.deep.equal([
        'POST /mcp 403',
        'POST /token 200',
        'POST /mcp 200',
      ])
      expect(person.signIns()).to.equal(1)
      expect(person.consents).to.have.length(2)
      expect(person.consents[0]).to.not.include('notes:write')
      expect(person.consents[1]).to.include(
        'Create and delete your notes notes:write · unlocks notes_create , notes_delete',
      )
      expect(scopesOf(journey)).to.deep.equal([...initialScopes, 'notes:write'])
      const found = await journey.call('notes_search', { query: 'milk' })
      expect(found.structuredContent).to.have.nested.property('notes[0].title', milk.title)
      expect(person.consents).to.have.length(2)
    })

    it('leads over the 403 of a tool that looked at its data, and asks for no scope before it is needed', async () => {
      const person = sitDown()
      const journey = await travel(person)
      const idOf = async (note: object) => {
        const { structuredContent } = await journey.call('notes_create', {
          title: 'Diary',
          body: 'dear diary',
          ...note,
        })
        return (structuredContent as { readonly id: string }).id
      }
      const [open, secret] = [await idOf({}), await idOf({ private: true })]
      expect((await journey.call('notes_read', { id: open })).structuredContent).to.include({ body: 'dear diary' })
      expect(person.consents.join('\n')).to.not.include('notes:private')
      const before = journey.exchanges.length
      expect((await journey.call('notes_read', { id: secret })).structuredContent).to.include({ body: 'dear diary' })
      expect(journey.exchanges.slice(before).filter((exchange) => exchange.startsWith('POST'))).to.deep.equal([
        'POST /mcp 403',
        'POST /token 200',
        'POST /mcp 200',
      ])
      expect(person.consents.at(-1)).to.match(/notes:private · unlocks notes_delete , notes_read/)
      expect(scopesOf(journey)).to.deep.equal([...initialScopes, 'notes:private', 'notes:write'].sort())
    })

    it('ends at the tools of the scopes that were left ticked, beside those that are listed to everybody', async () => {
      const person = sitDown()
      person.ticked = ['notes:read']
      const journey = await travel(person)
      expect(scopesOf(journey)).to.deep.equal(['notes:read'])
      const tools = await journey.list()
      expect(tools.map((tool) => tool.name)).to.deep.equal(
        [...writing, 'notes_list', 'notes_read', 'notes_search'].sort(),
      )
      const write = tools.find((tool) => tool.name === 'notes_create')
      expect(write?._meta).to.deep.include({ 'dev.toolgate/requiredScopes': ['notes:write'] })
    })

    it('ends at the 403 in words when the scope is left out at the step-up', async () => {
      const person = sitDown()
      person.ticked = ['notes:read']
      const journey = await travel(person)
      const [first, last, ...more] = await refusalsOf(journey, 'notes_create', { title: 'Kept out' })
      expect(first).to.include('notes_create needs the scope notes:write')
      expect(last).to.include('notes_create needs the scope notes:write')
      expect(more).to.deep.equal([])
      expect(person.consents[1]).to.include('notes:write')
      expect(scopesOf(journey)).to.deep.equal(['notes:read'])
      expect((await journey.call('notes_search', { query: 'kept out' })).structuredContent).to.deep.equal({ notes: [] })
    })

    it('tells an account without the scope so, and stays at the 403', async () => {
      const person = sitDown('reader')
      const journey = await travel(person)
      expect(person.consents[0]).to.match(/Your account does not have this .*files:read.*http:fetch/)
      expect(scopesOf(journey)).to.deep.equal(['hello:read', 'notes:read'])
      expect(await namesOf(journey)).to.deep.equal(
        [...writing, 'hello_greet', 'notes_list', 'notes_read', 'notes_search'].sort(),
      )
      const [first, last, ...more] = await refusalsOf(journey, 'notes_create', milk)
      expect(first).to.include('notes_create needs the scope notes:write')
      expect(last).to.include('notes_create needs the scope notes:write')
      expect(more).to.deep.equal([])
      expect(person.consents[1]).to.match(/Your account does not have this .*notes:write · unlocks notes_create/)
      expect(scopesOf(journey)).to.not.include('notes:write')
      expect((await journey.call('hello_greet', { name: 'Ada' })).content).to.deep.equal([
        { type: 'text', text: 'Hello, Ada!' },
      ])
    })
  })
}
