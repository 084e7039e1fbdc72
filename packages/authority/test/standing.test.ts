import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { createTokenVerifier } from '@toolgate/auth'
import type { TokenVerifier } from '@toolgate/auth'
import { expect } from 'chai'

import { AuthorityError, openAuthority, openUserStore } from '../src/index.ts'
import { alice, authorizationRequest, obtainToken, register, scopes, startFixture, verify } from './support/fixture.ts'
import type { Fixture } from './support/fixture.ts'
import { openBrowser } from '../../../test/support/form-browser.ts'

function verifierFor({ authority }: Fixture): TokenVerifier {
  const nothing = (): void => undefined
  return createTokenVerifier({
    issuers: [authority.localIssuer()],
    cache: { maxEntries: 100, maxAgeSeconds: 60 },
    logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  })
}

async function codeOf(promise: unknown): Promise<unknown> {
  return Promise.resolve(promise).then(
    () => undefined,
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )
}

describe('the standing of a token', () => {
  let fixture: Fixture
  let token: string
  let verifier: TokenVerifier
  let now = Date.now()
  beforeEach(async () => {
    now = Date.now()
    fixture = await startFixture({ clock: () => now })
    const { client_id: clientId } = await register(fixture)
    const parameters = { scope: 'notes:read notes:write' }
    ;({ token } = await obtainToken(fixture, String(clientId), { parameters }))
    verifier = verifierFor(fixture)
    await verifier.verify(token)
  })
  afterEach(async () => {
    verifier.close()
    await fixture.close()
  })

  it('holds for the verifier of the host, with the user name among the claims', async () => {
    const { principal } = await verifier.verify(token)
    expect(principal).to.deep.include({ issuer: fixture.origin, scopes: ['notes:read', 'notes:write'] })
    expect(principal.claims).to.deep.equal({ username: 'alice' })
    expect(principal.subject).to.equal(fixture.authority.users.get('alice')?.subject)
  })

  for (const [change, work] of [
    ['the user is removed', (store) => store.remove('alice')],
    ['the user gets another scope set', (store) => store.setScopes('alice', ['notes:read'])],
    ['the user gets another password', (store) => store.setPassword('alice', 'a new long password')],
    ['the grants of the user are revoked', (store) => store.revoke('alice')],
  ] as readonly (readonly [string, (store: ReturnType<typeof openUserStore>) => void])[]) {
    it(`ends at the next call when ${change} through another connection`, async () => {
      const store = openUserStore(fixture.dataFolder)
      work(store)
      store.close()
      expect(await codeOf(verifier.verify(token))).to.equal('invalid_token')
    })
  }

  it('ends at the next call when another process removes the user, and the host audits that', async () => {
    const script = `import { openUserStore } from ${JSON.stringify(import.meta.resolve('../src/index.ts'))}
      const store = openUserStore(${JSON.stringify(fixture.dataFolder)}); store.remove('ALICE'); store.close()`
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
    })
    expect(await codeOf(verifier.verify(token))).to.equal('invalid_token')
    while (!fixture.events.some(({ type }) => type === 'user-removed')) {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })

  it('lasts while the scope set still covers the token, and returns with it', async () => {
    const { users } = fixture.authority
    users.setScopes('alice', ['notes:write', 'notes:read', 'other:scope'])
    await verifier.verify(token)
    users.setScopes('alice', [])
    expect(await codeOf(verifier.verify(token))).to.equal('invalid_token')
    users.setScopes('alice', 'all')
    await verifier.verify(token)
  })

  it('does not pass to a new user of the same name', async () => {
    const { users } = fixture.authority
    users.remove('alice')
    users.add({ ...alice, scopes: 'all' })
    expect(await codeOf(verifier.verify(token))).to.equal('invalid_token')
  })

  it('ends with its grant', async () => {
    const claims = await verify(fixture, token)
    const issuer = fixture.authority.localIssuer()
    now += 3_600_000 + 121_000
    expect(issuer.standing(claims)).to.equal(false)
  })

  it('is denied to claims that name no grant, or the grant of another', async () => {
    const claims = await verify(fixture, token)
    const issuer = fixture.authority.localIssuer()
    expect(issuer.standing(claims)).to.equal(true)
    for (const changed of [
      { ...claims, grant_id: undefined },
      { ...claims, grant_id: 'other' },
      { ...claims, sub: 'other' },
      { ...claims, scope: ['notes:read'] },
      {},
    ]) {
      expect(issuer.standing(changed)).to.equal(false)
    }
  })
})

describe('a token for a script', () => {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await startFixture()
    fixture.authority.users.add({ name: 'bob', password: 'another long password', scopes: ['notes:read'] })
  })
  afterEach(() => fixture.close())

  it('verifies, stands, is audited, and falls with its user', async () => {
    const { authority } = fixture
    const token = await authority.makeToken({ user: 'bob', scopes: ['notes:read'], ttlSeconds: 3600 })
    const claims = await verify(fixture, token)
    expect(claims).to.include({ scope: 'notes:read', username: 'bob', client_id: 'toolgate-token' })
    expect(Number(claims.exp) - Number(claims.iat)).to.equal(3600)
    expect(authority.localIssuer().standing(claims)).to.equal(true)
    expect(fixture.events.at(-1)).to.deep.include({ type: 'token-made', user: 'bob', scopes: ['notes:read'] })
    expect(JSON.stringify(fixture.events)).to.not.include(token)
    authority.users.remove('bob')
    expect(authority.localIssuer().standing(claims)).to.equal(false)
  })

  for (const [reason, token, code] of [
    ['an unknown user', { user: 'nobody', scopes: [], ttlSeconds: 60 }, 'user_unknown'],
    ['a scope that no tool has', { user: 'alice', scopes: ['made:up'], ttlSeconds: 60 }, 'scopes_invalid'],
    ['a scope out of reach', { user: 'bob', scopes: ['notes:write'], ttlSeconds: 60 }, 'scopes_not_allowed'],
    ['no lifetime', { user: 'bob', scopes: ['notes:read'], ttlSeconds: 0 }, 'lifetime_invalid'],
    ['a lifetime of years', { user: 'bob', scopes: ['notes:read'], ttlSeconds: 10 ** 8 }, 'lifetime_invalid'],
  ] as const) {
    it(`is not made for ${reason}`, async () => {
      expect(await codeOf(fixture.authority.makeToken(token))).to.equal(code)
    })
  }

  it('is made beside a running host, which audits it', async () => {
    const { dataFolder, resource } = fixture
    const nothing = (): void => undefined
    const other = await openAuthority({
      ...{ dataFolder, resource, scopes: () => scopes, initialScopes: () => [], accessTokenSeconds: 60 },
      hostName: 'Acme tools',
      logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    })
    const token = await other.makeToken({ user: 'bob', scopes: ['notes:read'], ttlSeconds: 60 })
    await other.close()
    expect(fixture.authority.localIssuer().standing(await verify(fixture, token))).to.equal(true)
    while (!fixture.events.some(({ type }) => type === 'token-made')) {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })
})

describe('the state of the authority', () => {
  let dataFolder: string
  beforeEach(() => {
    dataFolder = join(mkdtempSync(join(tmpdir(), 'toolgate-authority-')), 'data')
  })
  afterEach(() => rmSync(join(dataFolder, '..'), { recursive: true }))

  it('is readable by its owner alone', async () => {
    const fixture = await startFixture({ dataFolder })
    for (const file of ['authority-keys.json', 'authority.db', 'authority.db-wal']) {
      expect(statSync(join(dataFolder, file)).mode & 0o777, file).to.equal(0o600)
    }
    expect(statSync(dataFolder).mode & 0o777).to.equal(0o700)
    await fixture.close()
  })

  it('survives a restart: keys, users, clients and grants', async () => {
    const resource = (): string => 'http://127.0.0.1:8787/mcp'
    const first = await startFixture({ dataFolder, resource })
    const token = await first.authority.makeToken({ user: 'alice', scopes: ['notes:read'], ttlSeconds: 60 })
    const { client_id: clientId } = await register(first)
    await first.close()
    const second = await startFixture({ dataFolder, resource })
    expect(second.authority.localIssuer().standing(await verify(second, token))).to.equal(true)
    const { url } = authorizationRequest(second, String(clientId))
    const answer = await fetch(url, { redirect: 'manual' })
    expect(answer.status).to.equal(303)
    await second.close()
  })

  it("makes other keys in another folder, and none of them are the package's own", async () => {
    const first = await startFixture({ dataFolder })
    const second = await startFixture()
    const keys = [first, second].map(({ authority }) => authority.localIssuer().keys().keys)
    expect(keys[0]?.[0]?.kid).to.be.a('string').and.not.equal(keys[1]?.[0]?.kid)
    const served = (await (await fetch(`${first.origin}/jwks`)).json()) as { keys: Record<string, unknown>[] }
    expect(served.keys.map(({ kid }) => kid)).to.deep.equal(keys[0]?.map(({ kid }) => kid))
    for (const key of [...served.keys, ...(keys[0] ?? [])]) {
      expect(key).to.include({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' }).and.not.have.property('d')
    }
    await first.close()
    await second.close()
  })

  it('never makes keys over a file that cannot be read', async () => {
    const fixture = await startFixture({ dataFolder })
    await fixture.close()
    const { writeFileSync } = await import('node:fs')
    const file = join(dataFolder, 'authority-keys.json')
    writeFileSync(file, '{"signingKey":')
    const error: unknown = await startFixture({ dataFolder }).catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(AuthorityError).and.include({ code: 'keys_unreadable' })
    expect(readFileSync(file, 'utf8')).to.equal('{"signingKey":')
  })

  it('fails the sign-in when the audit fails, and keeps the event', async () => {
    let broken = false
    const events: string[] = []
    const fixture = await startFixture({
      dataFolder,
      onEvent({ type }) {
        if (broken) throw new Error('disk full')
        events.push(type)
      },
    })
    const { client_id: clientId } = await register(fixture)
    const browser = openBrowser(fixture.origin)
    const page = await browser.open(authorizationRequest(fixture, String(clientId)).url)
    broken = true
    const answer = await browser.submit(page, {
      fields: { user: alice.name, password: alice.password },
      press: 'Sign in',
    })
    expect(answer.status).to.equal(500)
    expect(answer.html).to.not.include('disk full')
    broken = false
    await fixture.close()
    expect(events).to.deep.equal(['user-added', 'client-registered', 'sign-in'])
  })
})
