import { expect } from 'chai'
import { diagnose, type Diagnosis } from '../packages/cli/src/doctor/diagnose.ts'
import type { Level } from '../packages/cli/src/doctor/finding.ts'
import { findLocalPolicy } from '../packages/cli/src/doctor/local-policy.ts'
import type { LocalPolicy } from '../packages/cli/src/doctor/observation.ts'
import { createProbe } from '../packages/cli/src/doctor/probe.ts'
import { createTerminal } from '../packages/cli/src/terminal.ts'
import { freePort } from './support/free-port.ts'
import { startTestHost, type TestHost } from './support/host.ts'
import { startRelay, type Alter, type Relay } from './support/relay.ts'
import { listTools } from './support/wire.ts'
import { metadataPaths, startStagedIssuer, type StagedIssuer, type Staging } from './support/staged-issuer.ts'

const withPath = '/.well-known/oauth-protected-resource/mcp'
const withoutPath = '/.well-known/oauth-protected-resource'

type Expected = readonly [check: string, level: Level, seen: RegExp]

function notable({ findings }: Diagnosis): readonly string[] {
  return findings.filter(({ level }) => level !== 'ok').map(({ check, level }) => `${level} ${check}`)
}

function expectFinding(diagnosis: Diagnosis, [check, level, seen]: Expected): void {
  const found = diagnosis.findings.filter((each) => each.check === check && each.level === level)
  expect(found.map((each) => each.seen).join('\n'), notable(diagnosis).join(', ')).to.match(seen)
  if (level !== 'ok') for (const { mend } of found) expect(mend).to.match(/\S/)
}

/** Only what is expected is wrong: another finding would be one that says nothing. */
function expectAlone(diagnosis: Diagnosis, expected: Expected): void {
  expectFinding(diagnosis, expected)
  expect(new Set(notable(diagnosis))).to.deep.equal(new Set([`${expected[1]} ${expected[0]}`]))
}

describe('toolgate doctor', () => {
  let issuer: StagedIssuer
  let host: TestHost
  let relay: Relay
  let local: LocalPolicy

  before(async () => {
    const [port, behind] = [await freePort(), await freePort()]
    issuer = await startStagedIssuer()
    host = await startTestHost({
      config: {
        resource: `http://127.0.0.1:${String(port)}/mcp`,
        listen: { port: behind },
        allowedHosts: [`[::ffff:7f00:1]:${String(port)}`],
        authorizationServers: [{ issuer: issuer.issuer }],
        visibility: 'listed',
      },
    })
    relay = await startRelay(port, behind)
    local = await policyOf(host)
  })
  after(async () => {
    await Promise.all([relay.close(), host.close()])
    await issuer.close()
  })
  afterEach(() => {
    issuer.stage({})
    relay.alter(() => undefined)
  })

  async function policyOf({ folder }: TestHost): Promise<LocalPolicy> {
    const context = { terminal: createTerminal(), environment: {}, folder }
    const found = await findLocalPolicy(context, {}, undefined)
    if (found.local === undefined) throw new TypeError('no configuration')
    return found.local
  }

  const visit = (policy?: LocalPolicy) => diagnose(host.host.url, policy)

  it('finds nothing to mend at a sound host, with its configuration and without', async () => {
    for (const policy of [undefined, local]) {
      const diagnosis = await visit(policy)
      expect(notable(diagnosis)).to.deep.equal([])
      const checks = diagnosis.findings.map(({ check }) => check)
      expect(checks).to.include.members(['challenge', 'first scopes', 'https', 'origin', 'metadata', 'resource'])
      expect(checks).to.include.members(['issuer', 'pkce', 'endpoints', 'registration', 'keys', 'clock', 'scopes'])
      expect(checks.includes('reach')).to.equal(policy !== undefined)
      expect(diagnosis.notLooked.join(' ').includes('Tools: from outside nobody sees')).to.equal(policy === undefined)
    }
  })

  it('finds nothing to mend at a host with the embedded server', async () => {
    const embedded = await startTestHost({ embedded: true, config: { visibility: 'listed' } })
    try {
      expect(notable(await diagnose(embedded.url, await policyOf(embedded)))).to.deep.equal([])
    } finally {
      await embedded.close()
    }
  })

  it('sends no credential and follows no redirect', async () => {
    const seen: string[] = []
    relay.alter((answer, { url, headers }) => {
      seen.push(url ?? '')
      expect(headers).to.not.have.any.keys('authorization', 'cookie')
      if (url === withPath) Object.assign(answer, { status: 302, headers: { location: '/trap' } })
    })
    expectFinding(await visit(), ['metadata', 'fault', /a redirect to \/trap/])
    expect(seen).to.not.include('/trap')
  })

  const stagings: Readonly<Record<string, readonly [Staging, Expected]>> = {
    'with another issuer': [
      { metadata: { issuer: 'https://other.example' } },
      ['issuer', 'fault', /names the issuer https:\/\/other\.example/],
    ],
    'without S256': [{ metadata: { code_challenge_methods_supported: ['plain'] } }, ['pkce', 'fault', /offers plain/]],
    'that does not speak of PKCE': [
      { metadata: { code_challenge_methods_supported: undefined } },
      ['pkce', 'fault', /does not say/],
    ],
    'without a token endpoint': [{ metadata: { token_endpoint: 1 } }, ['endpoints', 'fault', /no token_endpoint/]],
    'with a plain authorization endpoint': [
      { metadata: { authorization_endpoint: 'http://login.example/a' } },
      ['endpoints', 'fault', /authorization_endpoint that is not https/],
    ],
    'without the code flow': [
      { metadata: { response_types_supported: ['token'] } },
      ['endpoints', 'fault', /no response type code/],
    ],
    'at which nobody can register': [
      { metadata: { registration_endpoint: undefined } },
      ['registration', 'warning', /neither/],
    ],
    'without the RFC 8414 form': [
      { absent: [metadataPaths.oauth] },
      ['issuer', 'warning', /OpenID Connect form alone/],
    ],
    'without metadata': [
      { absent: Object.values(metadataPaths) },
      ['issuer', 'fault', /has no metadata.*status 404.*status 404/],
    ],
    'that answers no JSON': [{ instead: '<html>' }, ['issuer', 'fault', /no UTF-8 JSON/]],
    'that answers without end': [{ instead: 'x'.repeat(2_000_000) }, ['issuer', 'fault', /more than 1048576 bytes/]],
    'without a jwks_uri': [{ metadata: { jwks_uri: undefined } }, ['keys', 'fault', /names no jwks_uri/]],
    'with keys by plain http': [
      { metadata: { jwks_uri: 'http://keys.example/jwks' } },
      ['keys', 'fault', /is not https/],
    ],
    'whose keys are gone': [{ absent: ['/jwks'] }, ['keys', 'fault', /\/jwks: status 404/]],
    'whose keys are no key set': [{ keys: () => ({ keys: 'many' }) }, ['keys', 'fault', /not a JWK Set/]],
    'without a usable key': [{ keys: () => ({ keys: [] }) }, ['keys', 'fault', /no usable key/]],
    'with a symmetric key': [
      { keys: (sound) => ({ keys: [sound, { kty: 'oct', k: 'AAAA' }] }) },
      ['keys', 'fault', /publishes 1 private or symmetric key/],
    ],
    'whose clock is ahead': [{ aheadMs: 90_000 }, ['clock', 'fault', /is \d+ s ahead of the host's/]],
    'whose clock is behind': [{ aheadMs: -90_000 }, ['clock', 'fault', /is \d+ s behind/]],
    'that tells no time': [{ aheadMs: null }, ['clock', 'warning', /sends no Date/]],
    'that does not know a scope': [
      { metadata: { scopes_supported: ['fixture:read'] } },
      ['scopes', 'warning', /does not list fixture:admin .*second:read/],
    ],
  }
  for (const [name, [staging, expected]] of Object.entries(stagings)) {
    it(`tells of an issuer ${name}, and of nothing else`, async () => {
      issuer.stage(staging)
      expectAlone(await visit(), expected)
    })
  }

  it('names the slash at the end in which issuers differ', async () => {
    issuer.stage({ metadata: { issuer: `${issuer.issuer}/` } })
    expectAlone(await visit(), ['issuer', 'fault', /differ in the slash at the end/])
  })

  it('gives up an issuer that never ends, in bounded time', async () => {
    issuer.stage({ hangs: true })
    const words = async (limits: Parameters<typeof createProbe>[0]) =>
      JSON.stringify((await diagnose(host.host.url, undefined, createProbe(limits))).findings)
    expect(await words({ timeoutMs: 1_500 })).to.include('no whole answer within 1500 ms')
    expect(await words({ timeoutMs: 60_000, totalMs: 1_500 })).to.include(
      'all questions together took longer than 1500 ms',
    )
  })

  it('shows nothing of a hostile issuer that moves a cursor', async () => {
    issuer.stage({ metadata: { issuer: 'https://x.example\u001b[2J\u202e\r\nok  all is well' } })
    const words = JSON.stringify((await visit()).findings)
    expect(words).to.include('https://x.example\ufffd[2J\ufffd ok')
    expect(words).to.not.match(/\\u001b|\u202e|\\n/)
  })

  const at =
    (path: string, change: (answer: Parameters<Alter>[0]) => void): Alter =>
    (answer, { url }) => {
      if (url === path) change(answer)
    }
  const both =
    (edit: (document: Record<string, unknown>) => void): Alter =>
    (answer, { url }) => {
      if (url !== withPath && url !== withoutPath) return
      const document = JSON.parse(answer.body) as Record<string, unknown>
      edit(document)
      answer.body = JSON.stringify(document)
    }
  const header = (name: string, value?: string) => (answer: Parameters<Alter>[0]) => {
    if (value === undefined) Reflect.deleteProperty(answer.headers, name)
    else answer.headers[name] = value
  }

  const alterations: Readonly<Record<string, readonly [Alter, Expected]>> = {
    'drops the challenge': [at('/mcp', header('www-authenticate')), ['challenge', 'fault', /has no WWW-Authenticate/]],
    'mangles the challenge': [
      at('/mcp', header('www-authenticate', 'Bearer scope="a')),
      ['challenge', 'fault', /no Bearer challenge/],
    ],
    'asks for a password': [
      at('/mcp', header('www-authenticate', 'Basic realm="x"')),
      ['challenge', 'fault', /no Bearer challenge/],
    ],
    'points elsewhere': [
      at('/mcp', header('www-authenticate', 'Bearer resource_metadata="https://elsewhere.example/x"')),
      ['challenge', 'fault', /points to https:\/\/elsewhere\.example/],
    ],
    'points nowhere': [
      at('/mcp', header('www-authenticate', 'Bearer realm="x"')),
      ['challenge', 'warning', /has no resource_metadata/],
    ],
    'answers 200 without a token': [
      (answer, { url, headers }) => {
        if (url === '/mcp' && headers.origin === undefined) answer.status = 200
      },
      ['host', 'fault', /answers 200 to a call without a token/],
    ],
    redirects: [
      (answer, { url, headers }) => {
        if (url !== '/mcp' || headers.origin !== undefined) return
        answer.status = 308
        answer.headers.location = '/mcp/'
      },
      ['host', 'fault', /redirects to \/mcp\//],
    ],
    'lets foreign pages through': [
      (answer, { headers }) => {
        if (headers.origin !== undefined) answer.status = 401
      },
      ['origin', 'warning', /gets 401, and not 403/],
    ],
    'asks for a scope that the metadata lacks': [
      both((document) => (document.scopes_supported = ['fixture:write'])),
      ['first scopes', 'warning', /asks for fixture:read .*does not list/],
    ],
    'serves no metadata with the path': [
      at(withPath, (answer) => (answer.status = 404)),
      ['metadata', 'fault', /resource\/mcp: status 404/],
    ],
    'serves no metadata without the path': [
      at(withoutPath, (answer) => (answer.status = 404)),
      ['metadata', 'warning', /resource: status 404/],
    ],
    'serves two different documents': [
      at(withoutPath, (answer) => (answer.body = answer.body.replace('"Fixture tools"', '"Others"'))),
      ['metadata', 'fault', /differ\./],
    ],
    'serves metadata as text': [
      at(withPath, header('content-type', 'text/plain')),
      ['metadata', 'fault', /content type text\/plain/],
    ],
    'drops Cache-Control': [at(withPath, header('cache-control')), ['metadata', 'warning', /Cache-Control none/]],
    'drops CORS': [
      at(withPath, header('access-control-allow-origin')),
      ['metadata', 'warning', /Access-Control-Allow-Origin none/],
    ],
    'names another resource': [
      both((document) => (document.resource = 'https://other.example/mcp')),
      ['resource', 'fault', /is about https:\/\/other\.example\/mcp/],
    ],
    'adds a slash to the resource': [
      both((document) => (document.resource = `${String(document.resource)}/`)),
      ['resource', 'fault', /differ in the slash at the end/],
    ],
    'names no issuer': [
      both((document) => (document.authorization_servers = [])),
      ['issuer', 'fault', /names no authorization server/],
    ],
    'names an issuer without https': [
      both((document) => (document.authorization_servers = ['http://login.example'])),
      ['issuer', 'fault', /is not https; it was not asked/],
    ],
    'names an issuer with a password': [
      both((document) => (document.authorization_servers = ['https://a:b@login.example'])),
      ['issuer', 'fault', /holds credentials/],
    ],
    'is of another time': [
      (answer, { url }) => {
        if (url === '/mcp') answer.headers.date = new Date(Date.now() + 3_600_000).toUTCString()
      },
      ['clock', 'warning', /The clock of the host is 3\d{3} s ahead/],
    ],
    'adds an error': [
      (answer, { url }) => {
        if (url !== '/mcp') return
        const challenge = String(answer.headers['www-authenticate'])
        answer.headers['www-authenticate'] = challenge.replace('Bearer ', 'Bearer error="invalid_token", ')
      },
      ['challenge', 'warning', /says error="invalid_token" though no token was sent/],
    ],
  }
  for (const [name, [alter, expected]] of Object.entries(alterations)) {
    it(`tells of a host that ${name}`, async () => {
      relay.alter(alter)
      expectFinding(await visit(), expected)
    })
  }

  it('tells of plain http beyond loopback, and asks no loopback issuer that such a host names', async () => {
    const elsewhere = host.host.url.replace('127.0.0.1', '[::ffff:7f00:1]')
    relay.alter((answer, { url }) => {
      if (url === withPath) {
        answer.body = JSON.stringify({ resource: elsewhere, authorization_servers: [issuer.issuer] })
      }
    })
    const diagnosis = await diagnose(elsewhere, undefined)
    expectFinding(diagnosis, ['https', 'fault', /is plain http/])
    expectFinding(diagnosis, ['issuer', 'fault', /is on loopback, which other machines cannot reach; it was not asked/])
  })

  it('tells of more issuers than it looks at', async () => {
    const many = Array.from({ length: 12 }, (_, index) => `http://login-${String(index)}.example`)
    relay.alter(both((document) => (document.authorization_servers = many)))
    expectFinding(await visit(), ['issuer', 'warning', /names 12 authorization servers, of which 4 were not looked at/])
  })

  it('tells of a host that does not answer', async () => {
    const port = await freePort()
    for (const scheme of ['http', 'https']) {
      const diagnosis = await diagnose(`${scheme}://127.0.0.1:${String(port)}/mcp`, undefined)
      expect(diagnosis.findings.map(({ check, level }) => `${level} ${check}`)).to.deep.equal(['fault host'])
      expectFinding(diagnosis, ['host', 'fault', /\/mcp cannot be reached: no answer \(ECONNREFUSED\)\.$/])
      expect(diagnosis.notLooked[0]).to.include('it did not answer')
    }
    const elsewhere = await diagnose(`http://[::ffff:7f00:1]:${String(port)}/mcp`, undefined)
    expectFinding(elsewhere, ['https', 'fault', /is plain http/])
  })

  it('tells of another authority, by the words of the guard', async () => {
    const diagnosis = await diagnose(host.host.url.replace('127.0.0.1', 'localhost'), undefined)
    expectFinding(diagnosis, ['host', 'fault', /answers 403.*not served under that name/])
  })

  describe('with the configuration', () => {
    const altered: Readonly<Record<string, readonly [(policy: LocalPolicy) => LocalPolicy, Expected]>> = {
      'asks for other first scopes': [
        (policy) => ({ ...policy, initialScopes: ['fixture:write'] }),
        ['first scopes', 'warning', /by the configuration it is fixture:write/],
      ],
      'lists a scope that no tool requires': [
        (policy) => ({ ...policy, advertisedScopes: policy.advertisedScopes.slice(1) }),
        ['scopes', 'warning', /lists fixture:admin, which no tool requires/],
      ],
      'does not list a scope that tools require': [
        (policy) => ({ ...policy, advertisedScopes: [...policy.advertisedScopes, 'fixture:new'] }),
        ['scopes', 'warning', /does not list fixture:new/],
      ],
      'wants another audience': [
        (policy) => ({ ...policy, issuers: policy.issuers.map((each) => ({ ...each, audience: 'api://tools' })) }),
        ['resource', 'warning', /tokens must be for api:\/\/tools/],
      ],
      'names another issuer': [
        (policy) => ({
          ...policy,
          issuers: policy.issuers.map((each) => ({ ...each, issuer: 'https://new.example', audience: host.host.url })),
        }),
        ['issuer', 'warning', /does not name https:\/\/new\.example/],
      ],
      'is about another URL': [
        (policy) => ({ ...policy, resource: 'https://other.example/mcp' }),
        ['configuration', 'warning', /is about https:\/\/other\.example\/mcp/],
      ],
    }
    for (const [name, [edit, expected]] of Object.entries(altered)) {
      it(`tells where it ${name}`, async () => {
        expectAlone(await visit(edit(local)), expected)
      })
    }

    it('names the tools that no sign-in reaches, with both remedies', async () => {
      const hidden = await startTestHost({ config: { initialScopes: ['fixture:read', 'fixture:secret'] } })
      try {
        const diagnosis = await diagnose(hidden.url, await policyOf(hidden))
        expectFinding(diagnosis, ['reach', 'warning', /No sign-in ever reaches second_read/])
        const mends = diagnosis.findings.map(({ mend }) => mend)
        expect(mends).to.include("Set tools.second_read.visibility to 'listed', or add second:read to initialScopes.")
      } finally {
        await hidden.close()
      }
    })

    it('names the tools whose scopes no issuer lists', async () => {
      const known = local.advertisedScopes.filter((scope) => scope !== 'fixture:write')
      issuer.stage({ metadata: { scopes_supported: known } })
      const diagnosis = await visit(local)
      expectFinding(diagnosis, ['reach', 'warning', /^No issuer lists what fixture_write needs: fixture:write\.$/])
      expectFinding(diagnosis, ['scopes', 'warning', /does not list fixture:write,/])
    })

    it('allows the skew that the issuer is configured with', async () => {
      issuer.stage({ aheadMs: 20_000 })
      const patient = { ...local, issuers: local.issuers.map((each) => ({ ...each, clockSkewSeconds: 60 })) }
      expect(notable(await visit(patient))).to.deep.equal([])
      expectAlone(await visit(local), ['clock', 'fault', /5 s are allowed/])
    })
  })

  it('says that legacyMetadataCopy is on', async () => {
    const copying = await startTestHost({ config: { legacyMetadataCopy: true, visibility: 'listed' } })
    try {
      // The copy is of metadata that the host has verified, which it has once it has verified a token.
      await listTools('modern', copying.url, await copying.token(''))
      const diagnosis = await diagnose(copying.url, undefined)
      expectFinding(diagnosis, ['legacy metadata', 'warning', /serves a copy of the metadata of http/])
    } finally {
      await copying.close()
    }
  })
})
