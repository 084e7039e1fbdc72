import { expect } from 'chai'

import { openBrowser, textOf } from '../../../test/support/form-browser.ts'
import { alice, authorizationRequest, obtainToken, register, signIn, startFixture, verify } from './support/fixture.ts'
import type { Fixture } from './support/fixture.ts'

const bob = { name: 'bob', password: 'another long password' }

describe('consent', () => {
  let fixture: Fixture
  let clientId: string
  beforeEach(async () => {
    fixture = await startFixture()
    fixture.authority.users.add({ ...bob, scopes: ['notes:read', 'notes:write'] })
    clientId = String((await register(fixture))['client_id'])
  })
  afterEach(() => fixture.close())

  it('shows per scope its description and the tools it unlocks', async () => {
    const { consent } = await obtainToken(fixture, clientId, { parameters: { scope: 'notes:read files:write' } })
    const text = textOf(consent)
    expect(text).to.match(/Read your notes notes:read · unlocks notes_list , notes_search/)
    expect(text).to.match(/files:write unlocks files_write/)
    expect(text).to.not.include('notes_create')
  })

  it('grants requested and allowed and ticked, no more', async () => {
    const parameters = { scope: 'notes:read notes:write files:write' }
    const { consent, scope, token } = await obtainToken(fixture, clientId, {
      user: bob,
      parameters,
      ticked: ['notes:read', 'files:write'],
    })
    expect(textOf(consent)).to.match(/Your account does not have this files:write/)
    expect(consent.html).to.not.include('value="files:write"')
    expect(scope).to.equal('notes:read')
    expect(await verify(fixture, token)).to.include({ scope: 'notes:read', username: 'bob' })
    const event = fixture.events.find(({ type }) => type === 'consent')
    expect(event).to.deep.include({ user: 'bob', scopes: ['notes:read'], leftOut: ['notes:write'], clientId })
  })

  it('grants nothing that a form adds', async () => {
    const browser = openBrowser(fixture.origin)
    const page = await signIn(browser, await browser.open(authorizationRequest(fixture, clientId).url), bob)
    const forged = { ...page, html: page.html.replace('value="notes:read" checked', 'value="files:write" checked') }
    const answer = await browser.submit(forged, { press: 'Allow' })
    expect(answer.status).to.equal(422)
    expect(textOf(answer)).to.include('Nothing is ticked.')
  })

  it('speaks of a concealed scope only to one who may hold it', async () => {
    const parameters = { scope: 'notes:read vault:open made:up' }
    const seenByBob = await obtainToken(fixture, clientId, { user: bob, parameters })
    expect(seenByBob.consent.html).to.not.match(/vault|made:up/i)
    expect(seenByBob.scope).to.equal('notes:read')
    const seenByAlice = await obtainToken(fixture, clientId, { parameters })
    expect(textOf(seenByAlice.consent)).to.include('Open the vault').and.not.include('made:up')
    expect(seenByAlice.scope).to.equal('notes:read vault:open')
  })

  it('lets an account that may hold nothing of it connect with an empty token', async () => {
    const { consent, token, answer } = await obtainToken(fixture, clientId, {
      user: bob,
      parameters: { scope: 'files:write' },
    })
    expect(textOf(consent)).to.include('Your account does not have this')
    expect(answer['status']).to.equal(200)
    expect(await verify(fixture, token)).to.not.have.property('scope')
    expect(fixture.authority.localIssuer().standing(await verify(fixture, token))).to.equal(true)
  })

  it('asks for one tick at least when something is offered', async () => {
    const browser = openBrowser(fixture.origin)
    const page = await signIn(browser, await browser.open(authorizationRequest(fixture, clientId).url))
    const again = await browser.submit(page, { press: 'Allow', ticked: [] })
    expect(again.status).to.equal(422)
    expect(textOf(again)).to.include('Nothing is ticked. Tick what the app may do, or cancel.')
    const end = await browser.submit(again, { press: 'Allow', ticked: ['notes:read'] })
    expect(end.url.searchParams.get('code')).to.be.a('string')
  })

  it('answers access_denied with state and iss on cancel, from either page', async () => {
    const browser = openBrowser(fixture.origin)
    const request = authorizationRequest(fixture, clientId)
    const early = await browser.submit(await browser.open(request.url), { press: 'Cancel' })
    const late = await browser.submit(await signIn(browser, await browser.open(request.url)), { press: 'Cancel' })
    for (const { url } of [early, late]) {
      expect(url.origin).to.equal('http://127.0.0.1:3118')
      expect(Object.fromEntries(url.searchParams)).to.include({
        error: 'access_denied',
        state: 'the-state',
        iss: fixture.origin,
      })
    }
    const refused = fixture.events.filter(({ type }) => type === 'consent-refused')
    expect(refused.map((event) => ('user' in event ? event.user : undefined))).to.deep.equal([undefined, 'alice'])
  })

  it('switches to another account, with the same request', async () => {
    const browser = openBrowser(fixture.origin)
    const request = authorizationRequest(fixture, clientId, { scope: 'notes:read notes:write' })
    const page = await signIn(browser, await browser.open(request.url))
    const again = await browser.submit(page, { press: 'Use another account' })
    expect(textOf(again)).to.include('Sign in')
    const consent = await signIn(browser, again, bob)
    expect(textOf(consent)).to.include('Signed in as bob')
    const end = await browser.submit(consent, { press: 'Allow' })
    expect(Object.fromEntries(end.url.searchParams)).to.include({ state: 'the-state' }).and.have.property('code')
  })

  it('takes another user who signs in over a session', async () => {
    const browser = openBrowser(fixture.origin)
    await obtainToken(fixture, clientId, { browser })
    const page = await browser.open(authorizationRequest(fixture, clientId, { prompt: 'login' }).url)
    const consent = await signIn(browser, page, bob)
    expect(textOf(consent)).to.include('Signed in as bob')
  })

  it('steps up: no second sign-in, consent again, and a token with the new scopes', async () => {
    const browser = openBrowser(fixture.origin)
    const first = await obtainToken(fixture, clientId, { browser })
    const second = await obtainToken(fixture, clientId, { browser, parameters: { scope: 'notes:read notes:write' } })
    const third = await obtainToken(fixture, clientId, { browser, parameters: { scope: 'files:write' } })
    expect([first.signedIn, second.signedIn, third.signedIn]).to.deep.equal([true, false, false])
    expect([first.scope, second.scope, third.scope]).to.deep.equal([
      'notes:read',
      'notes:read notes:write',
      'files:write',
    ])
    const issuer = fixture.authority.localIssuer()
    for (const { token } of [first, second, third]) expect(issuer.standing(await verify(fixture, token))).to.equal(true)
  })

  it('ends with the user: a removed one cannot go on in an open consent', async () => {
    const browser = openBrowser(fixture.origin)
    const page = await signIn(browser, await browser.open(authorizationRequest(fixture, clientId).url), bob)
    fixture.authority.users.remove('bob')
    const answer = await browser.submit(page, { press: 'Allow' })
    expect(answer.status).to.equal(400)
    expect(textOf(answer)).to.include('This sign-in is over')
  })

  it('tells who signed in and what was allowed, and no password or token', async () => {
    const { token } = await obtainToken(fixture, clientId)
    expect(fixture.events.map(({ type }) => type)).to.deep.equal([
      'user-added',
      'user-added',
      'client-registered',
      'sign-in',
      'consent',
    ])
    const text = JSON.stringify(fixture.events) + fixture.log.join('\n')
    expect(text).to.not.include(alice.password).and.not.include(token)
  })
})
