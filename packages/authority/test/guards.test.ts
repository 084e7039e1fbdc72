import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { Server } from 'node:https'

import { expect } from 'chai'

import { createAttemptLimit } from '../src/attempt-limit.ts'
import { addressKeyOf } from '@toolgate/auth'
import { displayNameOf } from '../src/client-view.ts'
import { createFormToken } from '../src/form-token.ts'
import { createGuardedFetch } from '../src/guarded-fetch.ts'
import * as authority from '../src/index.ts'
import { isPublicAddress } from '../src/public-address.ts'
import { formActionSourceOf, redirectHostOf, redirectKindOf } from '../src/redirect-uri.ts'
import { routeOf } from '../src/routes.ts'

describe('the exports of the package', () => {
  it('are these', () => {
    expect(Object.keys(authority).sort()).to.deep.equal([
      'AuthorityError',
      'embeddedIssuerSettings',
      'findUser',
      'generatePassword',
      'openAuthority',
      'openUserStore',
    ])
  })
})

describe('a redirect URI', () => {
  for (const [uri, kind, host, source] of [
    ['https://app.example/cb?x=1', 'web', 'app.example', 'https://app.example'],
    ['https://app.example:8443/cb', 'web', 'app.example:8443', 'https://app.example:8443'],
    ['http://127.0.0.1/cb', 'loopback', '127.0.0.1', 'http://127.0.0.1'],
    ['http://localhost:3118/cb', 'loopback', 'localhost:3118', 'http://localhost:3118'],
    ['http://[::1]:3118/cb', 'loopback', '[::1]:3118', 'http:'],
    ['com.example.app:/cb', 'private', 'com.example.app://', 'com.example.app:'],
    ['vscode://vscode.github-authentication/cb', 'private', 'vscode://', 'vscode:'],
  ] as const) {
    it(`${uri} is ${kind}`, () => {
      expect(redirectKindOf(uri)).to.equal(kind)
      expect(redirectHostOf(uri)).to.equal(host)
      expect(formActionSourceOf(uri)).to.equal(source)
    })
  }

  for (const uri of [
    'http://192.168.1.10/cb',
    'http://0.0.0.0/cb',
    'http://localhost.attacker.example/cb',
    'http://127.0.0.1@attacker.example/cb',
    'http://user:secret@127.0.0.1/cb',
    'https:\\\\app.example/cb',
    'https://app.example/\n',
    'https://app.example/#x',
    'https://app.example/#',
    'ws://app.example/',
    'vbscript:x',
    'about:blank',
    'blob:https://app.example/x',
    'intent://x',
    'mailto:a@b.example',
    `https://app.example/${'x'.repeat(2_000)}`,
    undefined,
    7,
  ]) {
    it(`${String(uri).slice(0, 50)} is refused`, () => {
      expect(redirectKindOf(uri)).to.equal(undefined)
    })
  }
})

describe('an address', () => {
  const inside = [
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.16.0.1', '172.31.255.255'],
    ...[
      '192.168.0.1',
      '192.0.0.1',
      '192.0.2.1',
      '198.18.0.1',
      '198.51.100.1',
      '203.0.113.1',
      '224.0.0.1',
      '255.255.255.255',
    ],
    ...[
      '::',
      '::1',
      '168.63.129.16',
      '::ffff:127.0.0.1',
      '::ffff:10.0.0.1',
      '64:ff9b::a00:1',
      '100::1',
      '2001::1',
      '2001:db8::1',
      '2002::1',
    ],
    ...['3fff::1', 'fc00::1', 'fd12::1', 'fe80::1', 'fec0::1', 'ff02::1', 'localhost', '', '1.2.3', '0x7f.1'],
  ]
  for (const address of inside) {
    it(`${JSON.stringify(address)} is not public`, () => {
      expect(isPublicAddress(address)).to.equal(false)
    })
  }
  for (const address of [
    '1.1.1.1',
    '8.8.8.8',
    '172.32.0.1',
    '192.167.255.255',
    '2606:4700:4700::1111',
    '2a00:1450::1',
  ]) {
    it(`${address} is public`, () => {
      expect(isPublicAddress(address)).to.equal(true)
    })
  }

  it('counts as itself, or as the network of its holder', () => {
    expect(addressKeyOf('192.0.2.7')).to.equal('192.0.2.7')
    expect(addressKeyOf('::ffff:192.0.2.7')).to.equal('192.0.2.7')
    expect(addressKeyOf('2001:db8:1:2:3:4:5:6')).to.equal(addressKeyOf('2001:DB8:1:2::9'))
    expect(addressKeyOf('2001:db8:1:2::1')).to.not.equal(addressKeyOf('2001:db8:1:3::1'))
    expect(addressKeyOf('::1')).to.equal('0:0:0:0::/64')
    expect(addressKeyOf('unknown')).to.equal('unknown')
  })
})

describe('the guarded fetch', () => {
  const resolved: string[] = []
  const guarded = createGuardedFetch({
    resolve: (hostname) => {
      resolved.push(hostname)
      const addresses: Record<string, readonly string[]> = {
        'inside.example': ['10.0.0.1'],
        'both.example': ['1.1.1.1', '127.0.0.1'],
        'nowhere.example': [],
      }
      return Promise.resolve((addresses[hostname] ?? []).map((address) => ({ address, family: 4 })))
    },
  })
  for (const url of [
    'http://client.example/',
    'ftp://client.example/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://[::1]/',
    'https://[::ffff:169.254.169.254]/',
    'https://inside.example/',
    'https://both.example/',
    'https://nowhere.example/',
  ]) {
    it(`refuses ${url} before it connects`, async () => {
      const error: unknown = await guarded(url).catch((reason: unknown) => reason)
      expect(error).to.be.instanceOf(TypeError)
      expect(String(error)).to.match(/public internet|only GET over https/)
    })
  }

  it('refuses other methods', async () => {
    const error: unknown = await guarded('https://client.example/', { method: 'POST' }).catch(
      (reason: unknown) => reason,
    )
    expect(String(error)).to.include('only GET over https')
  })
})

describe('the guarded fetch, once it connects', () => {
  let server: Server
  let guarded: typeof fetch
  let seen: string[]
  const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')
  beforeEach(async () => {
    seen = []
    server = createServer(
      { key: fixture('client.example.key.pem'), cert: fixture('client.example.crt.pem') },
      (req, res) => {
        seen.push(`${req.url ?? ''} ${req.headers.accept ?? ''} ${req.headers.cookie ?? ''}`)
        if (req.url === '/moved') res.writeHead(302, { location: 'https://inside.example/' }).end()
        else if (req.url === '/large') res.end('x'.repeat(70_000))
        else res.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'max-age=60' }).end('{"a":1}')
      },
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    guarded = createGuardedFetch({
      resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
      isAllowed: () => true,
      ca: fixture('client.example.crt.pem'),
    })
  })
  afterEach(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const urlOf = (path: string): string => {
    const address = server.address()
    return `https://client.example:${typeof address === 'object' ? String(address?.port) : ''}${path}`
  }

  it('answers status, headers and body', async () => {
    const response = await guarded(urlOf('/ok?x=1'), { headers: { accept: 'application/json' } })
    expect(response.status).to.equal(200)
    expect(response.headers.get('cache-control')).to.equal('max-age=60')
    expect(await response.json()).to.deep.equal({ a: 1 })
    expect(seen).to.deep.equal(['/ok?x=1 application/json '])
  })

  it('does not follow a redirect', async () => {
    expect((await guarded(urlOf('/moved'))).status).to.equal(302)
    expect(seen).to.have.length(1)
  })

  it('refuses an answer over 64 KiB', async () => {
    const error: unknown = await guarded(urlOf('/large')).catch((reason: unknown) => reason)
    expect(String(error)).to.include('too large')
  })

  it('ends with the signal of the caller', async () => {
    const error: unknown = await guarded(urlOf('/ok'), { signal: AbortSignal.abort() }).catch(
      (reason: unknown) => reason,
    )
    expect(error).to.be.instanceOf(Error)
    expect(seen).to.deep.equal([])
  })
})

describe('an attempt limit', () => {
  it('admits so many per window, and tells how long to wait', () => {
    let now = 1_000_000
    const limit = createAttemptLimit(2, 60, () => now)
    expect([limit.take('a'), limit.take('a')]).to.deep.equal([0, 0])
    now += 20_000
    expect(limit.take('a')).to.equal(40)
    expect(limit.take('b'), 'another key').to.equal(0)
    now += 40_000
    expect([limit.take('a'), limit.take('a'), limit.take('a')]).to.deep.equal([0, 0, 60])
    limit.giveBack('a')
    expect(limit.take('a')).to.equal(0)
  })
})

describe('a form token', () => {
  it('is good for one interaction, one step and one authority', () => {
    const form = createFormToken('secret')
    const token = form.create('one', 'login')
    expect(form.verify(token, 'one', 'login')).to.equal(true)
    expect(form.verify(token, 'two', 'login')).to.equal(false)
    expect(form.verify(token, 'one', 'consent')).to.equal(false)
    expect(createFormToken('other').verify(token, 'one', 'login')).to.equal(false)
  })
})

describe("a client's name", () => {
  it('is one short line without control or direction characters', () => {
    expect(displayNameOf(' Claude\n\tCode ')).to.equal('Claude Code')
    expect(displayNameOf('a\u202Eb\u200Bc\u0000d\u2028e')).to.equal('abcd e')
    expect(displayNameOf('x'.repeat(100))).to.have.length(60)
    expect(displayNameOf(undefined)).to.equal('nothing')
  })
})

describe('the routes', () => {
  it('are matched exactly, and no other path is taken', () => {
    for (const path of [
      '/authorize',
      '/authorize/x1',
      '/token',
      '/register',
      '/jwks',
      '/interaction/x1',
      '/interaction/x1/consent',
    ]) {
      expect(routeOf(path), path).to.not.equal(undefined)
    }
    for (const path of [
      '/',
      '/mcp',
      '/Token',
      '/token/',
      '/authorize/x/y',
      '/interaction/',
      '/interaction/x/other',
      '/session/end/confirm',
      '/register/x',
      '/me',
      '/__proto__',
      '/.well-known/oauth-protected-resource',
    ]) {
      expect(routeOf(path), path).to.equal(undefined)
    }
  })
})
