import { expect } from 'chai'

import { openBrowser, textOf } from '../../../test/support/form-browser.ts'
import type { Browser, BrowserPage } from '../../../test/support/form-browser.ts'
import { alice, authorizationRequest, obtainToken, register, signIn, startFixture } from './support/fixture.ts'
import type { Fixture } from './support/fixture.ts'

async function openConsent(fixture: Fixture, clientId: string, parameters = {}): Promise<[Browser, BrowserPage]> {
  const browser = openBrowser(fixture.origin)
  const page = await browser.open(authorizationRequest(fixture, clientId, parameters).url)
  return [browser, await signIn(browser, page)]
}

describe('the wire of the embedded authorization server', () => {
  let fixture: Fixture
  let now = Date.now()
  beforeEach(async () => {
    now = Date.now()
    fixture = await startFixture({ clock: () => now })
  })
  afterEach(() => fixture.close())

  describe('sign-in and consent pages', () => {
    it('cannot be framed, load nothing, and send forms to themselves and the redirect alone', async () => {
      const { client_id: clientId } = await register(fixture)
      const browser = openBrowser(fixture.origin)
      const signInPage = await browser.open(authorizationRequest(fixture, String(clientId)).url)
      const consentPage = await signIn(browser, signInPage)
      for (const { headers, status } of [signInPage, consentPage]) {
        expect(status).to.equal(200)
        const policy = headers.get('content-security-policy') ?? ''
        expect(policy)
          .to.include("default-src 'none'")
          .and.include("frame-ancestors 'none'")
          .and.include("base-uri 'none'")
        expect(policy).to.match(/form-action 'self' http:\/\/127\.0\.0\.1:3118$/)
        expect(headers.get('referrer-policy')).to.equal('same-origin')
        expect(headers.get('x-frame-options')).to.equal('DENY')
        expect(headers.get('cache-control')).to.equal('no-store')
      }
      expect(signInPage.html + consentPage.html).to.not.match(/<script|javascript:|<link|<img|@import/i)
    })

    it('bind their forms to one interaction and one step of it', async () => {
      const { client_id: clientId } = await register(fixture)
      const [browser, page] = await openConsent(fixture, String(clientId))
      const other = await openBrowser(fixture.origin).open(authorizationRequest(fixture, String(clientId)).url)
      const foreignToken = /name="csrf" value="([^"]+)"/.exec(other.html)?.[1] ?? ''
      for (const csrf of ['', 'x', foreignToken]) {
        const answer = await browser.submit(page, { fields: { csrf }, press: 'Allow' })
        expect(answer.status).to.equal(403)
      }
      expect((await browser.submit(page, { press: 'Allow' })).url.searchParams.get('code')).to.be.a('string')
    })

    it('let no consent form stand in for a sign-in', async () => {
      const { client_id: clientId } = await register(fixture)
      const browser = openBrowser(fixture.origin)
      const page = await browser.open(authorizationRequest(fixture, String(clientId)).url)
      const skip = { ...page, html: page.html.replace('/sign-in"', '/consent"') }
      const answer = await browser.submit(skip, { press: 'Sign in' })
      expect(answer.status).to.equal(403)
    })

    it('belong to the browser that began', async () => {
      const { client_id: clientId } = await register(fixture)
      const [, page] = await openConsent(fixture, String(clientId))
      const stranger = await openBrowser(fixture.origin).open(page.url)
      expect(stranger.status).to.equal(400)
      expect(textOf(stranger)).to.include('This sign-in is over').and.not.include('alice')
    })

    it('render nothing of the client but escaped text', async () => {
      const name = `<script>alert(1)</script>"'&<img src=x> \u202Egnp.exe\u0007`
      const { client_id: clientId } = await register(fixture, {
        client_name: name,
        logo_uri: 'https://attacker.example/x.png',
      })
      const [, page] = await openConsent(fixture, String(clientId), { state: '"><b>state' })
      expect(page.html).to.include('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;&lt;img src=x&gt; gnp.exe')
      expect(page.html).to.not.include('<script').and.not.include('<img').and.not.include('attacker.example')
      expect(page.html).to.not.include('\u0007').and.not.include('\u202E')
    })

    it('escape what was typed', async () => {
      const { client_id: clientId } = await register(fixture)
      const browser = openBrowser(fixture.origin)
      const page = await browser.open(authorizationRequest(fixture, String(clientId)).url)
      const again = await signIn(browser, page, { name: '"><b>x', password: 'wrong-password' })
      expect(again.html).to.include('value="&quot;&gt;&lt;b&gt;x"').and.not.include('<b>')
    })
  })

  describe('consent', () => {
    for (const [kind, uri] of [
      ['a loopback redirect', 'http://127.0.0.1:3118/callback'],
      ['a private scheme', 'com.example.app:/callback'],
      ['an https redirect', 'https://app.example/callback'],
    ] as const) {
      it(`is asked again each time, with nothing remembered, for ${kind}`, async () => {
        const clientId = String((await register(fixture, { redirect_uris: [uri] }))['client_id'])
        const browser = openBrowser(fixture.origin)
        const parameters = { redirect_uri: uri }
        const first = await obtainToken(fixture, clientId, { browser, parameters })
        const second = await obtainToken(fixture, clientId, { browser, parameters })
        expect(first.signedIn).to.equal(true)
        expect(second.signedIn, 'the session lasts').to.equal(false)
        expect(textOf(second.consent)).to.include('Allow access to Acme tools?')
        const silent = authorizationRequest(fixture, clientId, { ...parameters, prompt: 'none' })
        const answer = await browser.open(silent.url)
        expect(answer.url.searchParams.get('error')).to.equal('consent_required')
      })
    }

    it("shows the redirect's host larger than the client's name, and the name as unverified", async () => {
      const clientId = String((await register(fixture, { client_name: 'Claude' }))['client_id'])
      const [, page] = await openConsent(fixture, clientId)
      expect(textOf(page)).to.match(/You will be sent to 127\.0\.0\.1:3118 The app calls itself Claude unverified/)
      const size = (selector: string): number =>
        Number(new RegExp(`\\.app \\.${selector} \\{[^}]*font-size: ([\\d.]+)rem`).exec(page.html)?.[1])
      expect(page.html).to.match(/class="host">127\.0\.0\.1:3118</)
      expect(size('host')).to.be.above(size('name'))
    })

    it('warns when every redirect is loopback, and only then', async () => {
      const loopback = String(
        (await register(fixture, { redirect_uris: ['http://127.0.0.1:3118/callback', 'http://localhost/x'] }))[
          'client_id'
        ],
      )
      expect(textOf((await openConsent(fixture, loopback))[1])).to.include('This app runs on your device.')
      const mixed = String(
        (await register(fixture, { redirect_uris: ['http://127.0.0.1:3118/callback', 'https://app.example/x'] }))[
          'client_id'
        ],
      )
      expect(textOf((await openConsent(fixture, mixed))[1])).to.not.include('This app runs on your device.')
    })
  })

  describe('sign-in', () => {
    it('says the same of an unknown user and of a wrong password', async () => {
      const clientId = String((await register(fixture))['client_id'])
      const answers: string[] = []
      for (const name of ['alice', 'nobody']) {
        const browser = openBrowser(fixture.origin)
        const page = await browser.open(authorizationRequest(fixture, clientId).url)
        const answer = await signIn(browser, page, { name, password: 'wrong-password' })
        expect(answer.status).to.equal(422)
        answers.push(textOf(answer))
      }
      expect(answers[0]).to.include('The user name or the password is wrong.').and.equal(answers[1])
      const refused = fixture.events.filter(({ type }) => type === 'sign-in-refused')
      expect(refused.map((event) => ('user' in event ? event.user : undefined))).to.deep.equal(['alice', undefined])
    })

    it('is throttled per account, known or not, and opens again with time', async () => {
      const clientId = String((await register(fixture))['client_id'])
      for (const name of ['alice', 'nobody']) {
        const browser = openBrowser(fixture.origin)
        let page = await browser.open(authorizationRequest(fixture, clientId).url)
        for (let count = 0; count < 10; count += 1) {
          page = await signIn(browser, page, { name, password: 'wrong-password' })
        }
        expect(page.status).to.equal(422)
        page = await signIn(browser, page, { name, password: alice.password })
        expect(page.status, 'even the right one').to.equal(429)
        expect(Number(page.headers.get('retry-after'))).to.be.within(1, 300)
        expect(textOf(page)).to.match(/Too many attempts\. Try again in \d+ (minutes|seconds)\./)
      }
      now += 301_000
      await obtainToken(fixture, clientId)
    })

    it('is throttled per address, whatever the account', async () => {
      const clientId = String((await register(fixture))['client_id'])
      const browser = openBrowser(fixture.origin)
      let page = await browser.open(authorizationRequest(fixture, clientId).url)
      for (let count = 0; count < 50; count += 1) {
        page = await signIn(browser, page, { name: 'nobody', password: 'wrong-password' })
        expect(page.status).to.be.oneOf([422, 429])
      }
      expect((await signIn(browser, page)).status, 'another account from there').to.equal(429)
    })
  })
})
