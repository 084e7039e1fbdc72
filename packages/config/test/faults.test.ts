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
    'nothing is asked of the sign-in',
    { authority: {}, tools: { t: { requires: {} } } },
    'bad_value',
    'tools.t.requires',
    /^is empty, and must have acr or maxAgeSeconds$/,
    /Write for example \{"maxAgeSeconds":300\} or \{"acr":\["gold"\]\}\.$/,
  ],
  [
    'nothing is proposed',
    { authority: {}, shadow: { tools: { t: {} } } },
    'bad_value',
    'shadow.tools.t',
    /^is empty, and must have scopes or when or requires$/,
    /Write for example \{"scopes":\["notes:admin"\]\}\.$/,
  ],
  [
    'a proposal has a visibility',
    { authority: {}, shadow: { plugins: { p: { visibility: 'listed' } } } },
    'unknown_key',
    'shadow.plugins.p.visibility',
    /unknown key/,
    /known here: scopes, when, requires/,
  ],
  [
    'a proposal is for no tool name',
    { authority: {}, shadow: { tools: { 'a b': { scopes: ['x'] } } } },
    'unknown_tool',
    'shadow.tools["a b"]',
    /not the name of a tool/,
    /A-Z/,
  ],
  [
    'an acr has a space',
    { authority: {}, tools: { t: { requires: { acr: ['a b'] } } } },
    'bad_value',
    'tools.t.requires.acr[0]',
    /^is not written as it must be$/,
    /1 to 128 printable ASCII characters without space/,
  ],
  [
    'a visibility is unknown',
    { authority: {}, visibility: 'hidden' },
    'bad_value',
    'visibility',
    /granted, listed, concealed/,
    /listed to/,
  ],
  ['a name has a space', { authority: {}, name: 'a b' }, 'bad_value', 'name', /written/, /1 to 64 of .A-Z/],
  [
    'the local client would write into the audit of the host',
    { authority: {}, audit: { file: 'log/a.ndjson' }, stdio: { audit: './log/a.ndjson' } },
    'bad_value',
    'stdio.audit',
    /audit of the host/,
    /another file/,
  ],
  [
    'the local client has a name with a space',
    { authority: {}, stdio: { name: 'two words' } },
    'bad_value',
    'stdio.name',
    /is not written as it must be/,
    /stdio:<name>/,
  ],
  [
    'the durability is unknown',
    { authority: {}, audit: { durability: 'none' } },
    'bad_value',
    'audit.durability',
    /process/,
    /kernel/,
  ],
  [
    'rotation is never due',
    { authority: {}, audit: { rotate: { keep: 3 } } },
    'bad_value',
    'audit.rotate.bytes',
    /missing/,
    /daily: true/,
  ],
  [
    'daily is false',
    { authority: {}, audit: { rotate: { daily: false } } },
    'bad_value',
    'audit.rotate.daily',
    /true/,
    /UTC/,
  ],
  [
    'a file is put aside too soon',
    { authority: {}, audit: { rotate: { bytes: 1_000 } } },
    'bad_value',
    'audit.rotate.bytes',
    />= 16384/,
    /bytes/,
  ],
  [
    'no old file is kept',
    { authority: {}, audit: { rotate: { daily: true, keep: 0 } } },
    'bad_value',
    'audit.rotate.keep',
    />= 1/,
    /newest/,
  ],
  [
    'rotation has an unknown key',
    { authority: {}, audit: { rotate: { daily: true, size: 1 } } },
    'unknown_key',
    'audit.rotate.size',
    /unknown/,
    /./,
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
    'DPoP of the embedded server has no such mode',
    { authority: { dpop: 'on' } },
    'bad_value',
    'authority.dpop',
    /allowed/,
    /RFC 9449/,
  ],
  [
    'an algorithm of proofs is symmetric',
    { authority: { dpop: 'allowed' }, dpop: { algorithms: ['ES256', 'HS256'] } },
    'bad_value',
    'dpop.algorithms[1]',
    /RS256/,
    /Name those that clients sign proofs with.+None with a shared secret/,
  ],
  [
    'no algorithm of proofs is left',
    { authority: { dpop: 'allowed' }, dpop: { algorithms: [] } },
    'bad_value',
    'dpop.algorithms',
    /at least 1 entry/,
    /asymmetric/,
  ],
  [
    'a proof is good for an hour',
    { authority: { dpop: 'allowed' }, dpop: { proofAgeSeconds: 3_600 } },
    'bad_value',
    'dpop.proofAgeSeconds',
    /<= 300/,
    /Seconds/,
  ],
  [
    'the nonce is a text',
    { authority: { dpop: 'allowed' }, dpop: { nonce: 'yes' } },
    'bad_value',
    'dpop.nonce',
    /boolean/,
    /nonce/,
  ],
  [
    'a key of the proofs is unknown',
    { authority: { dpop: 'allowed' }, dpop: { proofAge: 60 } },
    'unknown_key',
    'dpop.proofAge',
    /unknown key/,
    /proofAgeSeconds/,
  ],
  [
    'proofs are judged, but the embedded server binds no token',
    { authority: {}, dpop: { nonce: true } },
    'bad_value',
    'dpop',
    /no authorization server has dpop on/,
    /allowed/,
  ],
  [
    'proofs are judged, but no token of an issuer may be bound',
    { authorizationServers: [{ issuer: 'https://as.example' }], dpop: {} },
    'bad_value',
    'dpop',
    /no authorization server has dpop on/,
    /allowed/,
  ],
  [
    'settings are no object',
    { authority: {}, plugins: { settings: { notes: 1 } } },
    'bad_value',
    'plugins.settings.notes',
    /must be an object/,
    /Settings by plugin name/,
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

describe('a config that does not start', () => {
  itNamesEach(shapes)

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
