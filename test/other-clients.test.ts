import { expect } from 'chai'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './support/free-port.ts'
import { journeyClients, setOut } from './support/journey-clients.ts'
import { runInspector, runInspectorWithSignIn, startMcpRemote, type RemoteJourney } from './support/launched-clients.ts'
import { createPerson } from './support/person.ts'
import { firstUser, startRepositoryHost, type RepositoryHost } from './support/repository-host.ts'

describe('clients that others wrote', () => {
  let host: RepositoryHost
  let home: string

  before(async () => {
    host = await startRepositoryHost()
    home = await mkdtemp(join(tmpdir(), 'toolgate-clients-'))
  })
  after(async () => {
    await host.close()
    await rm(home, { recursive: true, force: true })
  })

  const sitDown = () => createPerson(host.origin, firstUser.name, firstUser.password)

  describe("the MCP Inspector's command line, with a token in a header", () => {
    let token: string

    before(async () => {
      const journey = await setOut(journeyClients[0].create, host.url, sitDown())
      token = journey.memory.tokens?.access_token ?? ''
      await journey.close()
    })

    const inspect = (...args: readonly string[]) => runInspector({ url: host.url, token, home }, ...args)

    for (const era of ['legacy', 'modern']) {
      it(`lists what the token allows, and calls it (${era})`, async () => {
        const listed = await inspect('--protocol-era', era, '--method', 'tools/list')
        expect(listed.code, listed.stderr).to.equal(0)
        expect(listed.stdout).to.contain('notes_search').and.to.contain('notes_create')
        const called = await inspect(
          ...['--protocol-era', era, '--method', 'tools/call', '--tool-name', 'hello_greet', '--tool-arg', 'name=Ada'],
        )
        expect(called.code, called.stderr).to.equal(0)
        expect(called.stdout).to.contain('Hello, Ada')
      })

      it(`says which scopes a refused call needs (${era})`, async () => {
        const refused = await inspect(
          ...[
            '--protocol-era',
            era,
            '--method',
            'tools/call',
            '--tool-name',
            'notes_create',
            '--tool-arg',
            'title=Milk',
          ],
        )
        expect(refused.code).to.equal(1)
        expect(refused.stderr).to.contain('Insufficient scope').and.to.contain('notes:write')
      })
    }
  })

  describe("the MCP Inspector's command line, signing in by itself", () => {
    it('asks for all that the resource advertises, and calls with what was allowed', async () => {
      const person = sitDown()
      const port = await freePort()
      const signed = await runInspectorWithSignIn(
        { url: host.url, home, person, port },
        ...['--method', 'tools/call', '--tool-name', 'notes_create', '--tool-arg', 'title=Milk'],
      )
      expect(signed.code, signed.stderr).to.equal(0)
      expect(signed.stdout).to.contain('Milk')
    })

    it('does not step up: where a scope was left out, it ends', async () => {
      const person = sitDown()
      person.ticked = ['notes:read']
      const port = await freePort()
      const refused = await runInspectorWithSignIn(
        { url: host.url, home: await mkdtemp(join(home, 'other-')), person, port },
        ...['--method', 'tools/call', '--tool-name', 'notes_create', '--tool-arg', 'title=Milk'],
      )
      expect(refused.code).to.equal(3)
      expect(refused.stderr).to.contain('auth_required')
      expect(refused.stdout).to.not.contain('"title"')
    })
  })

  describe('mcp-remote, between the host and a client of standard input and output', () => {
    let journey: RemoteJourney

    afterEach(() => journey.close())

    it('signs in, lists, calls, and steps up in the middle of a call', async () => {
      journey = await startMcpRemote(host.url, home, sitDown())
      const { tools } = await journey.client.listTools()
      expect(tools.map(({ name }) => name)).to.include.members(['notes_search', 'notes_create'])
      const searched = await journey.client.callTool({ name: 'notes_search', arguments: { query: 'water' } })
      expect(searched.structuredContent).to.deep.equal({ notes: [] })
      expect(journey.asked).to.have.length(1)

      const created = await journey.client.callTool({ name: 'notes_create', arguments: { title: 'Milk' } }, undefined, {
        timeout: 60_000,
      })
      expect(created.structuredContent).to.include({ title: 'Milk' })
      expect(journey.asked).to.have.length(2)
      const scopes = journey.asked[1]?.searchParams.get('scope')?.split(' ')
      expect(scopes).to.include.members(['notes:read', 'notes:write'])
    })
  })
})
