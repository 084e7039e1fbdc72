import { expect } from 'chai'
import { env } from '@toolgate/config'
import { faultsOf, itNamesEach, type FaultCase } from './support/faults.ts'

const issuer = 'https://auth.example'

const shapes: readonly FaultCase[] = [
  ['the config is a list', [], 'not_an_object', '', /not an object/, /defineConfig/],
  ['the config is a function', () => ({}), 'not_an_object', '', /not an object/, /defineConfig/],
  ['a key is unknown', { authority: {}, scope: {} }, 'unknown_key', 'scope', /unknown key/, /"scopes"/],
  [
    'a key is like no other',
    { authority: {}, zzzzzzzz: 1 },
    'unknown_key',
    'zzzzzzzz',
    /unknown key/,
    /known here: resource, /,
  ],
  [
    'a nested key is unknown',
    { authority: {}, listen: { Port: 1 } },
    'unknown_key',
    'listen.Port',
    /unknown key/,
    /"port"/,
  ],
  [
    'an override has an unknown key',
    { authority: {}, tools: { t: { scope: ['a'] } } },
    'unknown_key',
    'tools.t.scope',
    /unknown key/,
    /"scopes"/,
  ],
  [
    'an issuer has an unknown key',
    { authorizationServers: [{ issuer, audiences: 'x' }] },
    'unknown_key',
    'authorizationServers[0].audiences',
    /unknown key/,
    /"audience"/,
  ],
  [
    'a condition has an unknown key',
    { authority: {}, tools: { t: { when: [{ args: {}, arguments: {}, scopes: ['a'] }] } } },
    'unknown_key',
    'tools.t.when[0].args',
    /unknown key/,
    /arguments/,
  ],
  [
    'a scope has an unknown key',
    { authority: {}, scopes: { 'a:b': { implied: [] } } },
    'unknown_key',
    'scopes["a:b"].implied',
    /unknown key/,
    /"implies"/,
  ],
  [
    'a key is an inherited name',
    JSON.parse('{"authority":{},"constructor":1}'),
    'unknown_key',
    'constructor',
    /unknown key/,
    /known here/,
  ],
  [
    'a number is a text',
    { authority: {}, limits: { callMs: '30000' } },
    'bad_value',
    'limits.callMs',
    /integer/,
    /Milliseconds/,
  ],
  [
    'a limit is too small',
    { authority: {}, limits: { bodyBytes: 1 } },
    'bad_value',
    'limits.bodyBytes',
    />= 1024/,
    /Bytes/,
  ],
  [
    'a limit is too large',
    { authority: {}, limits: { callMs: 600_001 } },
    'bad_value',
    'limits.callMs',
    /<= 600000/,
    /Milliseconds/,
  ],
  ['a port is too large', { authority: {}, listen: { port: 65_536 } }, 'bad_value', 'listen.port', /<= 65535/, /Port/],
  [
    'a visibility is unknown',
    { authority: {}, visibility: 'hidden' },
    'bad_value',
    'visibility',
    /granted, listed, concealed/,
    /listed to/,
  ],
  ['a name has a space', { authority: {}, name: 'a b' }, 'bad_value', 'name', /pattern/, /programs/],
  [
    'the durability is unknown',
    { authority: {}, audit: { durability: 'none' } },
    'bad_value',
    'audit.durability',
    /process/,
    /kernel/,
  ],
  [
    'a token lives too short',
    { authority: { accessTokenSeconds: 5 } },
    'bad_value',
    'authority.accessTokenSeconds',
    />= 60/,
    /Seconds/,
  ],
  [
    'settings are no object',
    { authority: {}, plugins: { settings: { notes: 1 } } },
    'bad_value',
    'plugins.settings.notes',
    /object/,
    /Correct/,
  ],
  [
    'a setting is a function',
    { authority: {}, plugins: { settings: { notes: { a: () => 1 } } } },
    'bad_value',
    'plugins.settings.notes.a',
    /plain data/,
    /plain objects/,
  ],
  [
    'a timeout is zero',
    { authority: {}, tools: { t: { timeoutMs: 0 } } },
    'bad_value',
    'tools.t.timeoutMs',
    />= 1/,
    /Milliseconds/,
  ],
  [
    'an override is for no tool name',
    { authority: {}, tools: { 'a b': {} } },
    'unknown_tool',
    'tools["a b"]',
    /name of a tool/,
    /A-Z/,
  ],
  [
    'a condition has no arguments',
    { authority: {}, tools: { t: { when: [{ scopes: ['a'] }] } } },
    'bad_value',
    'tools.t.when[0].arguments',
    /missing/,
    /\w/,
  ],
]

const protection: readonly FaultCase[] = [
  ['nothing protects the tools', {}, 'unprotected', 'authorizationServers', /nothing would protect/, /authority: \{\}/],
  [
    'the list of issuers is empty',
    { authorizationServers: [] },
    'bad_value',
    'authorizationServers',
    /fewer than 1/,
    /authority/,
  ],
  [
    'both kinds of authority are set',
    { authority: {}, authorizationServers: [{ issuer }] },
    'two_authorities',
    'authority',
    /beside/,
    /Keep one/,
  ],
  [
    'an issuer is missing',
    { authorizationServers: [{}] },
    'bad_value',
    'authorizationServers[0].issuer',
    /missing/,
    /\w/,
  ],
  [
    'an issuer is not https',
    { authorizationServers: [{ issuer: 'http://auth.example' }] },
    'bad_issuer',
    'authorizationServers[0].issuer',
    /https/,
    /metadata/,
  ],
  [
    'an issuer is no URL',
    { authorizationServers: [{ issuer: 'auth.example' }] },
    'bad_issuer',
    'authorizationServers[0].issuer',
    /URL/,
    /metadata/,
  ],
  [
    'an issuer has a query',
    { authorizationServers: [{ issuer: `${issuer}?a` }] },
    'bad_issuer',
    'authorizationServers[0].issuer',
    /query/,
    /metadata/,
  ],
  [
    'keys come over http',
    { authorizationServers: [{ issuer, jwksUri: 'http://auth.example/keys' }] },
    'bad_issuer',
    'authorizationServers[0].jwksUri',
    /https/,
    /metadata/,
  ],
  [
    'an algorithm is symmetric',
    { authorizationServers: [{ issuer, algorithms: ['ES256', 'HS256'] }] },
    'bad_value',
    'authorizationServers[0].algorithms[1]',
    /one of RS256/,
    /\w/,
  ],
  [
    'clocks may differ by more than a minute',
    { authorizationServers: [{ issuer, clockSkewSeconds: 61 }] },
    'bad_value',
    'authorizationServers[0].clockSkewSeconds',
    /<= 60/,
    /Seconds/,
  ],
  [
    'the switch for missing token types is a text',
    { authorizationServers: [{ issuer, dangerouslyAllowMissingTokenType: 'false' }] },
    'bad_value',
    'authorizationServers[0].dangerouslyAllowMissingTokenType',
    /boolean/,
    /without any/,
  ],
  [
    'an issuer stands twice',
    { authorizationServers: [{ issuer }, { issuer }] },
    'duplicate_issuer',
    'authorizationServers[1].issuer',
    /twice/,
    /Keep one/,
  ],
  [
    'two issuers have one name',
    {
      authorizationServers: [
        { issuer, name: 'Acme' },
        { issuer: 'https://other.example', name: 'Acme' },
      ],
    },
    'duplicate_issuer',
    'authorizationServers[1].name',
    /twice/,
    /name of its own/,
  ],
  [
    'a preset is unknown',
    { authorizationServers: [{ issuer, preset: 'ping' }] },
    'bad_value',
    'authorizationServers[0].preset',
    /scalekit, keycloak, entra, okta, auth0/,
    /stand under/,
  ],
  [
    'a metadata copy has no external issuer',
    { authority: {}, legacyMetadataCopy: true },
    'bad_value',
    'legacyMetadataCopy',
    /exactly one/,
    /Leave it out/,
  ],
]

describe('a config that does not start', () => {
  itNamesEach([...shapes, ...protection])

  for (const port of ['abc', '-1', '65536', '80 80', '0x50']) {
    it(`names bad_environment when PORT is ${port}`, () => {
      expect(faultsOf({ authority: {} }, { PORT: port })).to.have.length(1)
      expect(faultsOf({ authority: {} }, { PORT: port })[0]).to.include({ code: 'bad_environment', path: 'PORT' })
    })
  }

  it('tells every fault at once', () => {
    const faults = faultsOf({
      resource: 'https://tools.example/mcp#x',
      listen: { prot: 1 },
      authorizationServers: [
        { issuer: 'http://auth.example', tokenType: 'JWT' },
        { issuer: 5 },
        { issuer: 'http://b.example' },
      ],
      scopes: { 'b ad': {}, a: { implies: ['b'] }, b: { implies: ['a'] } },
      tools: { t: { visibility: 'x', timeoutMs: 0 } },
      plugins: { settings: { s: { k: env('NO_SUCH_KEY') } } },
    })
    expect(faults.map((one) => one.path)).to.have.members([
      'resource',
      'listen.prot',
      'authorizationServers[0].issuer',
      'authorizationServers[0].tokenType',
      'authorizationServers[1].issuer',
      'authorizationServers[2].issuer',
      'scopes["b ad"]',
      'scopes.a.implies',
      'tools.t.visibility',
      'tools.t.timeoutMs',
      'plugins.settings.s.k',
    ])
  })

  it('never tells a value that came from the environment', () => {
    const secret = 's3cret value'
    const config = {
      resource: env('S'),
      authorizationServers: [{ issuer: env('S'), algorithms: [env('S')] }],
      allowedOrigins: [env('S')],
      allowedHosts: [env('S')],
      visibility: env('S'),
      scopes: { a: { implies: [env('S')] } },
      tools: { t: { scopes: [env('S')] }, u: { scopes: env('S') } },
    }
    const faults = faultsOf(config, { S: secret })
    expect(faults.length).to.be.greaterThan(7)
    expect(JSON.stringify(faults)).not.to.include('s3cret')
  })
})
