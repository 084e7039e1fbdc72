import { HostError } from '@toolgate/core'
import { expect } from 'chai'
import { decodeJwt } from 'jose'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { runToolgate } from '../packages/cli/test/support/run-toolgate.ts'
import { registerCallbackClient, type CallbackClient } from './support/callback-client.ts'
import { openBrowser } from './support/form-browser.ts'
import { startTestHost, type TestHost } from './support/host.ts'
import { journeyClients, setOut, type Journey } from './support/journey-clients.ts'
import { createPerson, type Person } from './support/person.ts'
import { callTool } from './support/wire.ts'

const user = { name: 'admin', password: 'correct horse battery' }
const tools = {
  fixture_echo: { requires: { maxAgeSeconds: 300 } },
  fixture_write: { visibility: 'listed', requires: { maxAgeSeconds: 300 } },
}

describe('a tool that asks for a recent sign-in, with the embedded authorization server', () => {
  let host: TestHost
  let client: CallbackClient
  before(async () => {
    const environment = { TOOLGATE_DEV_PASSWORD: user.password }
    host = await startTestHost({ embedded: true, config: { tools }, environment })
    client = await registerCallbackClient(host, 'Reader')
  })
  after(async () => {
    await client.close()
    await host.close()
  })

  const sitDown = () => createPerson(host.origin, user.name, user.password)
  const authTimeOf = (token: string) => Number(decodeJwt(token)['auth_time'])

  /** Moves every sign-in into the past, as if the browser had been left open since. */
  function ageSessions(seconds: number): void {
    const database = new DatabaseSync(join(host.folder, '.toolgate/authority.db'))
    database
      .prepare(
        `UPDATE records SET payload = json_set(payload, '$.loginTs', json_extract(payload, '$.loginTs') - ?) WHERE model = 'Session'`,
      )
      .run(seconds)
    database.close()
  }

  it('names the time of the sign-in in its tokens, and of the old one where no password was asked for', async () => {
    const person = sitDown()
    const arrive = async (further = {}) =>
      client.redeemToken((await person.visit(new URL(client.authorizationUrl('fixture:read', further)))).href)
    const first = authTimeOf(await arrive())
    expect(Math.abs(Date.now() / 1000 - first)).to.be.below(60)
    ageSessions(3600)
    expect(authTimeOf(await arrive())).to.equal(first - 3600)
    expect(person.signIns()).to.equal(1)
    for (const further of [{ max_age: '300' }, { prompt: 'login' }]) {
      ageSessions(3600)
      const before = person.signIns()
      expect(Math.abs(Date.now() / 1000 - authTimeOf(await arrive(further)))).to.be.below(60)
      expect(person.signIns(), JSON.stringify(further)).to.equal(before + 1)
    }
  })

  it('does not make a sign-in younger by a consent that comes late', async () => {
    const browser = openBrowser(host.origin)
    const address = client.authorizationUrl('fixture:read', { prompt: 'login' })
    const { name, password } = user
    const consent = await browser.submit(await browser.open(address), {
      fields: { user: name, password },
      press: 'Sign in',
    })
    const signedIn = Math.floor(Date.now() / 1000)
    await delay(1100)
    const arrival = await browser.submit(consent, { press: 'Allow' })
    expect(authTimeOf(await client.redeemToken(arrival.url.href))).to.be.at.most(signedIn)
  })

  for (const { name, create } of journeyClients) {
    describe(`for ${name}`, () => {
      const open: Journey[] = []
      afterEach(async () => {
        for (const journey of open.splice(0)) await journey.close()
      })

      /** Connects somebody who signed in an hour ago; `passOn` is what the application does with the challenge. */
      async function arriveLate(passOn: (address: URL) => void): Promise<{ journey: Journey; person: Person }> {
        const person = sitDown()
        await person.visit(new URL(client.authorizationUrl('fixture:read')))
        ageSessions(3600)
        let late = false
        const visit = (address: URL) => {
          const asked = new URL(address)
          if (late) passOn(asked)
          return person.visit(asked)
        }
        const journey = await setOut(create, host.url, { ...person, visit })
        open.push(journey)
        late = true
        return { journey, person }
      }

      it('leads from the 401 over a fresh sign-in to the call, if the application passes max_age on', async () => {
        const { journey, person } = await arriveLate((address) => {
          address.searchParams.set('max_age', '300')
        })
        const scopes = decodeJwt(journey.memory.tokens?.access_token ?? '')['scope']
        expect(person.signIns()).to.equal(1)
        const before = journey.exchanges.length
        const answer = await journey.call('fixture_echo', { text: 'x' })
        expect(answer.structuredContent).to.have.nested.property('args.text', 'x')
        expect(person.signIns()).to.equal(2)
        expect(journey.exchanges.slice(before).filter((exchange) => exchange.startsWith('POST'))).to.deep.equal([
          'POST /mcp 401',
          'POST /token 200',
          'POST /mcp 200',
        ])
        expect(decodeJwt(journey.memory.tokens?.access_token ?? '')['scope']).to.equal(scopes)
      })

      it('ends at the 401 if it does not: the browser is still signed in, and the sign-in stays old', async () => {
        const { journey, person } = await arriveLate(() => undefined)
        const before = journey.exchanges.length
        const failed = await journey.call('fixture_echo', { text: 'x' }).catch(() => undefined)
        expect(failed).to.equal(undefined)
        expect(person.signIns()).to.equal(1)
        expect(journey.exchanges.slice(before).filter((exchange) => exchange === 'POST /mcp 200')).to.deep.equal([])
      })
    })
  }

  it('is never reached by a token for scripts: nobody signed in for it', async () => {
    const made = await runToolgate(['token', '--user', user.name, '--scopes', 'fixture:write'], { folder: host.folder })
    expect(made.code, made.stderr).to.equal(0)
    const answer = await callTool('modern', host.url, made.stdout.trim(), 'fixture_write')
    expect(answer.status).to.equal(401)
    expect(answer.headers['www-authenticate']).to.include('error="insufficient_user_authentication"')
  })

  it('is a fault of the configuration if it asks for acr, which no such token carries', async () => {
    const config = { tools: { fixture_write: { requires: { acr: ['gold'] } } } }
    const environment = { TOOLGATE_DEV_PASSWORD: user.password }
    const error: unknown = await startTestHost({ embedded: true, config, environment }).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).to.be.instanceOf(HostError)
    const [fault] = (error as HostError).faults
    expect(fault?.path).to.equal('tools.fixture_write.requires')
    expect(fault?.message).to.include('nobody could call fixture_write')
    expect(fault?.mend).to.include('maxAgeSeconds alone')
  })
})
