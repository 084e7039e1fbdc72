import { expect } from 'chai'

import { inTransaction, openDatabase } from '../src/database.ts'
import { createRecordAdapter } from '../src/record-adapter.ts'
import { openBrowser, textOf } from '../../../test/support/form-browser.ts'
import { authorizationRequest, obtainToken, register, startFixture } from './support/fixture.ts'
import type { Fixture } from './support/fixture.ts'

/** Registers many clients a second later than `now`, past the limit per address. */
function fillWithClients(dataFolder: string, count: number, now: number): void {
  const database = openDatabase(dataFolder)
  inTransaction(database, () => {
    const clients = createRecordAdapter(database, () => now + 1_000)('Client')
    for (let index = 0; index < count; index += 1) void clients.upsert(`filler-${String(index)}`, {})
  })
  database.close()
}

describe('the wire of the embedded authorization server', () => {
  let fixture: Fixture
  let now = Date.now()
  beforeEach(async () => {
    now = Date.now()
    fixture = await startFixture({ clock: () => now })
  })
  afterEach(() => fixture.close())

  describe('registration', () => {
    it('takes https, http on loopback and app schemes by shape', async () => {
      for (const uri of [
        'https://app.example/callback',
        'http://127.0.0.1:3118/callback',
        'http://localhost/callback',
        'http://[::1]:3118/callback',
        'com.example.app:/callback',
        'cursor://anysphere.cursor-mcp/oauth/callback',
      ]) {
        now += 10_000
        const answer = await register(fixture, { redirect_uris: [uri] })
        expect(answer, uri).to.include({ status: 201 }).and.have.property('client_id')
      }
    })

    it('refuses every other redirect URI as invalid_redirect_uri', async () => {
      for (const uri of [
        'http://attacker.example/callback',
        'http://127.0.0.1.attacker.example/',
        'javascript:alert(1)',
        'data:text/html,x',
        'file:///etc/passwd',
        'myapp://callback',
        'https://app.example/#fragment',
        'https://user@app.example/',
        'https://*.app.example/',
        "https://a;script-src'unsafe-inline'.example/",
        'https://app.example/ x',
        '/callback',
        '',
      ]) {
        now += 10_000
        const answer = await register(fixture, { redirect_uris: ['https://app.example/callback', uri] })
        expect(answer, uri).to.include({ status: 400, error: 'invalid_redirect_uri' })
      }
      now += 60_000
      expect(await register(fixture, { redirect_uris: [] })).to.include({ status: 400, error: 'invalid_redirect_uri' })
      expect(await register(fixture, { redirect_uris: 'https://app.example' })).to.include({ status: 400 })
    })

    it('refuses an 11th within a minute with Retry-After, and takes it after the wait', async () => {
      for (let count = 0; count < 10; count += 1) expect(await register(fixture)).to.include({ status: 201 })
      const answer = await fetch(`${fixture.origin}/register`, { method: 'POST', body: '{}' })
      expect(answer.status).to.equal(429)
      const wait = Number(answer.headers.get('retry-after'))
      expect(wait).to.be.within(1, 60)
      now += wait * 1000
      expect(await register(fixture)).to.include({ status: 201 })
    })

    it('keeps at most 1,000 clients without a grant, the newest, and those with one beside', async () => {
      const used = String((await register(fixture))['client_id'])
      await obtainToken(fixture, used)
      const unused = String((await register(fixture))['client_id'])
      fillWithClients(fixture.dataFolder, 999, now)
      const known = async (clientId: string): Promise<boolean> =>
        (await openBrowser(fixture.origin).open(authorizationRequest(fixture, clientId).url)).status === 200
      expect(await known(used), 'with a grant').to.equal(true)
      expect(await known(unused), 'the 1,000th without').to.equal(true)
      now += 1_000
      const newest = String((await register(fixture))['client_id'])
      expect(await known(unused), 'the oldest of 1,001').to.equal(false)
      expect(await known(newest)).to.equal(true)
      expect(await known(used)).to.equal(true)
    })

    it('drops a client that got no grant within 24 hours, and keeps one that did', async () => {
      const used = String((await register(fixture))['client_id'])
      const unused = String((await register(fixture))['client_id'])
      await obtainToken(fixture, used)
      now += 24 * 60 * 60 * 1000 + 1000
      const browser = openBrowser(fixture.origin)
      const gone = await browser.open(authorizationRequest(fixture, unused).url)
      expect(gone.status).to.equal(400)
      expect(textOf(gone)).to.include('invalid_client')
      expect((await browser.open(authorizationRequest(fixture, used).url)).status).to.equal(200)
    })

    it('refuses what is not a JSON object, and what is too large', async () => {
      const post = (body: string, type = 'application/json'): Promise<Response> =>
        fetch(`${fixture.origin}/register`, { method: 'POST', body, headers: { 'content-type': type } })
      expect((await post('[]')).status).to.equal(400)
      expect((await post('{')).status).to.equal(400)
      expect((await post('{}', 'text/plain')).status).to.equal(400)
      expect((await post(JSON.stringify({ client_name: 'x'.repeat(40_000) }))).status).to.equal(413)
    })
  })
})
