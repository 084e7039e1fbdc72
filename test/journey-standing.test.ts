import { expect } from 'chai'
import { journeyClients, setOut, type Journey } from './support/journey-clients.ts'
import { createPerson, type Person } from './support/person.ts'
import { firstUser, startRepositoryHost, type RepositoryHost } from './support/repository-host.ts'
import { callTool } from './support/wire.ts'

const [{ create }] = journeyClients

describe('what a sign-in is worth afterwards', () => {
  let host: RepositoryHost
  const open: Journey[] = []

  before(async () => {
    host = await startRepositoryHost()
  })
  afterEach(async () => {
    for (const journey of open.splice(0)) await journey.close()
  })
  after(() => host.close())

  /** Signs in as a new user, and steps up to `notes:write` by keeping a note of their own. */
  async function arrive(user: string): Promise<{ readonly journey: Journey; person: Person; readonly token: string }> {
    if (host.users.get(user) === undefined) host.users.add({ name: user, password: firstUser.password, scopes: 'all' })
    const person = createPerson(host.origin, user, firstUser.password)
    const journey = await setOut(create, host.url, person)
    open.push(journey)
    await journey.call('notes_create', { title: `note of ${user}` })
    return { journey, person, token: journey.memory.tokens?.access_token ?? '' }
  }

  const titlesOf = async (token: string, tool = 'notes_list', args = {}): Promise<readonly string[]> => {
    const answer = await callTool('modern', host.url, token, tool, args)
    const { notes } = answer.result().structuredContent as { notes: readonly { title: string }[] }
    return notes.map(({ title }) => title)
  }

  it('ends with the next call when the user is removed', async () => {
    const { token } = await arrive('leaver')
    expect(await titlesOf(token)).to.deep.equal(['note of leaver'])
    host.users.remove('leaver')
    const answer = await callTool('modern', host.url, token, 'notes_list')
    expect(answer.status).to.equal(401)
    expect(answer.headers['www-authenticate']).to.include('error="invalid_token"')
  })

  it('does not come back with a new user of the same name, and neither do the notes', async () => {
    const { token } = await arrive('phoenix')
    host.users.remove('phoenix')
    const { token: fresh } = await arrive('phoenix')
    expect((await callTool('modern', host.url, token, 'notes_list')).status).to.equal(401)
    expect(await titlesOf(fresh)).to.deep.equal(['note of phoenix'])
  })

  it('ends with the next call when a scope of the token is taken away, and the next sign-in says why', async () => {
    const { token } = await arrive('demoted')
    host.users.setScopes('demoted', ['notes:read'])
    expect((await callTool('modern', host.url, token, 'notes_list')).status).to.equal(401)
    const person = createPerson(host.origin, 'demoted', firstUser.password)
    const journey = await setOut(create, host.url, person)
    open.push(journey)
    expect(person.consents[0]).to.include('Your account does not have this')
    const narrower = journey.memory.tokens?.access_token ?? ''
    expect(await titlesOf(narrower)).to.deep.equal(['note of demoted'])
    const denied = await callTool('modern', host.url, narrower, 'notes_create', { title: 'x' })
    expect(denied.status).to.equal(403)
  })

  it('stands when the user is given more, and the wider scope still needs a consent', async () => {
    host.users.add({ name: 'promoted', password: firstUser.password, scopes: ['notes:read'] })
    const person = createPerson(host.origin, 'promoted', firstUser.password)
    const journey = await setOut(create, host.url, person)
    open.push(journey)
    const token = journey.memory.tokens?.access_token ?? ''
    host.users.setScopes('promoted', ['notes:read', 'notes:write'])
    expect(await titlesOf(token)).to.deep.equal([])
    expect((await callTool('modern', host.url, token, 'notes_create', { title: 'x' })).status).to.equal(403)
    await journey.call('notes_create', { title: 'allowed now' })
    expect(person.consents).to.have.length(2)
  })

  it('shows nobody the notes of another, by list, search or delete', async () => {
    const [{ token: ada }, { token: bob }] = [await arrive('ada'), await arrive('bob')]
    expect(await titlesOf(ada)).to.deep.equal(['note of ada'])
    expect(await titlesOf(bob, 'notes_search', { query: 'note' })).to.deep.equal(['note of bob'])
    const own = await callTool('modern', host.url, ada, 'notes_list')
    const { notes } = own.result().structuredContent as { notes: readonly { id: string }[] }
    const theft = await callTool('modern', host.url, bob, 'notes_delete', { id: notes[0]?.id })
    expect(theft.result().isError).to.equal(true)
    expect(await titlesOf(ada)).to.deep.equal(['note of ada'])
  })

  it('outlives a restart: users, clients, grants, keys and notes are kept', async () => {
    const { journey, person, token } = await arrive('stayer')
    const keys = await (await fetch(`${host.origin}/jwks`)).json()
    await host.restart()
    expect(await titlesOf(token)).to.deep.equal(['note of stayer'])
    expect(await (await fetch(`${host.origin}/jwks`)).json()).to.deep.equal(keys)
    expect(host.users.get('stayer')?.scopes).to.equal('all')
    const before = journey.exchanges.length
    await journey.call('files_write', { path: 'kept.txt', content: 'kept' })
    const stepUp = journey.exchanges.slice(before).filter((exchange) => exchange.startsWith('POST'))
    expect(stepUp, 'the same client, registered before').to.deep.equal([
      'POST /mcp 403',
      'POST /token 200',
      'POST /mcp 200',
    ])
    expect(person.signIns()).to.equal(1)
  })
})
