import { expect } from 'chai'
import { inspect } from 'node:util'
import { join } from 'node:path'
import { signatureAlgorithms } from '@toolgate/auth'
import { env, redact, secretsOf } from '@toolgate/config'
import { folder, resolved } from './support/faults.ts'

describe('resolveConfig', () => {
  it('puts every default in its place', () => {
    const { version, ...config } = resolved({ authority: {} })
    expect(version).to.match(/^\d+\.\d+\.\d+$/)
    expect(JSON.parse(JSON.stringify(config))).to.deep.equal({
      resource: 'http://127.0.0.1:8787/mcp',
      listen: { host: '127.0.0.1', port: 8787 },
      name: 'toolgate',
      title: 'Toolgate',
      authorizationServers: [],
      authority: { accessTokenSeconds: 3600, dpop: 'off' },
      dpop: { algorithms: signatureAlgorithms, proofAgeSeconds: 60, nonce: false },
      allowedOrigins: [],
      allowedHosts: [],
      scopes: {},
      grants: [],
      visibility: 'granted',
      limits: {
        bodyBytes: 4_194_304,
        resultBytes: 4_194_304,
        callMs: 30_000,
        authorizeMs: 2_000,
        concurrentCalls: 64,
        sessions: {
          total: 10_000,
          perCaller: 32,
          idleMs: 1_800_000,
          requests: 256,
          subscriptions: 100,
          answerMs: 600_000,
          resumeMs: 300_000,
          eventBytes: 8_388_608,
          totalEventBytes: 134_217_728,
        },
        subscriptions: { total: 4_096, perCaller: 32, longestMs: 3_600_000 },
        tasks: {
          runMs: 3_600_000,
          ttlMs: 7_200_000,
          pollIntervalMs: 1_000,
          running: 1_000,
          runningPerCaller: 16,
          total: 10_000,
          perCaller: 256,
        },
      },
      locked: false,
      plugins: { folder: join(folder, 'plugins'), settings: {} },
      shadow: { tools: {}, plugins: {} },
      tools: {},
      resources: {},
      resourceTemplates: {},
      prompts: {},
      audit: { file: join(folder, '.toolgate/audit.ndjson'), durability: 'process' },
      stdio: { scopes: [], name: 'local', audit: join(folder, '.toolgate/audit-stdio.ndjson') },
      tokenCache: { maxEntries: 10_000, maxAgeSeconds: 60 },
      dataFolder: join(folder, '.toolgate'),
      workers: 1,
      sessions: 'auto',
      accessTool: false,
      legacyMetadataCopy: false,
    })
  })

  it('refuses bounds of tasks that leave room for none', () => {
    const limits = { resultBytes: 1_000_000, tasks: { runMs: 7_200_001, bytesPerCaller: 1_999_999 } }
    try {
      resolved({ authority: {}, limits })
    } catch (error) {
      const { faults } = error as { readonly faults: readonly { readonly path: string; readonly message: string }[] }
      expect(faults.map(({ path }) => path)).to.deep.equal(['limits.tasks.runMs', 'limits.tasks.bytesPerCaller'])
      expect(faults[0]?.message).to.include('limits.tasks.ttlMs, 7200000')
      return
    }
    throw new Error('it was taken')
  })

  it('keeps what is set', () => {
    const config = resolved({
      resource: 'https://tools.example:8443/team/mcp',
      listen: { host: '0.0.0.0', port: 80 },
      authorizationServers: [
        { issuer: 'https://auth.example/realm', audience: 'api://x', tokenTypes: ['JWT'] },
        { issuer: 'http://127.0.0.1:9/x', dangerouslyAllowMissingTokenType: true },
      ],
      allowedOrigins: ['https://app.example', 'http://localhost:3000'],
      allowedHosts: ['tools.internal', '10.0.0.1:8787', '[2001:db8::1]:80'],
      scopes: { 'a:b': { description: 'B', implies: ['a:c'] }, 'a:c': {} },
      initialScopes: [],
      accessTool: false,
      legacyMetadataCopy: false,
      tools: {
        t: {
          scopes: { anyOf: [['a'], ['b', 'c']] },
          when: [{ arguments: { required: ['x'] }, scopes: ['d'] }],
          visibility: 'concealed',
          timeoutMs: 5,
          allowSharedScope: true,
        },
      },
      plugins: { folder: '../p', settings: { s: { deep: { list: [1, { a: null }] } } } },
      audit: { file: './log/a.ndjson' },
    })
    expect(config.resource).to.equal('https://tools.example:8443/team/mcp')
    expect(config.authority).to.equal(undefined)
    expect(config.authorizationServers[0]).to.include({ audience: 'api://x', scopeClaim: 'scope', clockSkewSeconds: 5 })
    expect(config.authorizationServers[0]?.tokenTypes).to.deep.equal(['JWT'])
    expect(config.authorizationServers[1]).to.include({ audience: 'https://tools.example:8443/team/mcp' })
    expect(config.authorizationServers.map((each) => each.dangerouslyAllowMissingTokenType)).to.deep.equal([
      false,
      true,
    ])
    expect(config.scopes).to.deep.equal({
      'a:b': { description: 'B', implies: ['a:c'], requestable: false },
      'a:c': { description: undefined, implies: [], requestable: false },
    })
    expect(config.initialScopes).to.deep.equal([])
    expect(config.tools['t']).to.deep.include({ scopes: { anyOf: [['a'], ['b', 'c']] }, allowSharedScope: true })
    expect(config.plugins).to.deep.equal({
      folder: join(folder, '../p'),
      settings: { s: { deep: { list: [1, { a: null }] } } },
    })
    expect(config.audit.file).to.equal(join(folder, 'log/a.ndjson'))
  })

  it('takes how proofs are judged, and fills in what is left out', () => {
    const config = resolved({
      authorizationServers: [{ issuer: 'https://as.example', dpop: 'required' }],
      dpop: { algorithms: ['ES256'], nonce: true },
    })
    expect(config.authorizationServers[0]?.dpop).to.equal('required')
    expect(config.dpop).to.deep.equal({ algorithms: ['ES256'], proofAgeSeconds: 60, nonce: true })
    const { dpop } = resolved({ authority: { dpop: 'allowed' }, dpop: { proofAgeSeconds: 10 } })
    expect(dpop).to.deep.equal({ algorithms: signatureAlgorithms, proofAgeSeconds: 10, nonce: false })
  })

  it('puts the preset of an issuer in the place of the defaults, under what is written, for that issuer alone', () => {
    const { authorizationServers } = resolved({
      authorizationServers: [
        { issuer: 'https://a.example', preset: 'okta', tokenTypes: ['JWT'] },
        { issuer: 'https://b.example', preset: 'entra', name: 'Entra' },
        { issuer: 'https://c.example' },
      ],
    })
    const shapes = authorizationServers.map((each) => [each.tokenTypes, each.scopeClaim, each.scopeFormat])
    expect(shapes).to.deep.equal([
      [['JWT'], 'scp', 'array'],
      [['JWT'], 'scp', 'string'],
      [['at+jwt'], 'scope', 'string'],
    ])
    expect(authorizationServers[0]).to.include({ dangerouslyAllowMissingTokenType: true, clientIdClaim: 'cid' })
    expect(authorizationServers[2]).not.to.have.property('preset')
  })

  it('freezes the result whole', () => {
    const config = resolved({
      authority: {},
      plugins: { settings: { s: { a: { b: [1] } } } },
      tools: { t: { scopes: ['a'] } },
    })
    const setting = config.plugins.settings['s']?.['a'] as { b: number[] }
    for (const part of [
      config,
      config.listen,
      config.authority,
      config.tools['t'],
      config.tools['t']?.scopes,
      setting,
      setting.b,
    ]) {
      expect(part).to.be.frozen
    }
  })

  it('changes nothing in what it is given', () => {
    const config = Object.freeze({ authority: Object.freeze({}), listen: Object.freeze({ port: 1 }) })
    resolved(config)
    expect(config).to.deep.equal({ authority: {}, listen: { port: 1 } })
  })
})

describe('PORT and TOOLGATE_DATA', () => {
  it('PORT moves the listener and the default resource', () => {
    const config = resolved({ authority: {}, listen: { port: 1 } }, { PORT: '9000' })
    expect(config.listen.port).to.equal(9000)
    expect(config.resource).to.equal('http://127.0.0.1:9000/mcp')
  })

  it('PORT never moves a configured resource', () => {
    const config = resolved({ authority: {}, resource: 'https://tools.example/mcp' }, { PORT: '9000' })
    expect(config).to.include({ resource: 'https://tools.example/mcp' })
    expect(config.listen.port).to.equal(9000)
  })

  it('the default resource has the name of a loopback listener, and no default port', () => {
    expect(resolved({ authority: {}, listen: { host: '::1', port: 1 } }).resource).to.equal('http://[::1]:1/mcp')
    expect(resolved({ authority: {}, listen: { host: 'localhost', port: 80 } }).resource).to.equal(
      'http://localhost/mcp',
    )
  })

  it('TOOLGATE_DATA moves the state folder and the audit file in it', () => {
    const config = resolved({ authority: {} }, { TOOLGATE_DATA: '/srv/state' })
    expect(config.dataFolder).to.equal('/srv/state')
    expect(config.audit.file).to.equal('/srv/state/audit.ndjson')
    expect(config.stdio.audit).to.equal('/srv/state/audit-stdio.ndjson')
    expect(resolved({ authority: {} }, { TOOLGATE_DATA: 'state' }).dataFolder).to.equal(join(folder, 'state'))
  })

  it('count as unset when they are empty', () => {
    const config = resolved({ authority: {} }, { PORT: '', TOOLGATE_DATA: '' })
    expect(config.listen.port).to.equal(8787)
    expect(config.dataFolder).to.equal(join(folder, '.toolgate'))
  })
})

describe('env', () => {
  const withKey = (value: unknown): object => ({
    authority: {},
    plugins: { settings: { s: { key: value, other: 1 } } },
  })

  it('takes a value from the environment', () => {
    expect(resolved(withKey(env('KEY')), { KEY: 'abc' }).plugins.settings['s']).to.deep.equal({ key: 'abc', other: 1 })
  })

  it('reads the same from a file of plain data', () => {
    expect(resolved(withKey({ $env: 'KEY' }), { KEY: 'abc' }).plugins.settings['s']).to.include({ key: 'abc' })
  })

  it('takes its default, or leaves the key out, when the variable is unset or empty', () => {
    for (const environment of [{}, { KEY: '' }] as Record<string, string>[]) {
      expect(resolved(withKey(env('KEY', { default: 'd' })), environment).plugins.settings['s']).to.deep.equal({
        key: 'd',
        other: 1,
      })
      expect(resolved(withKey(env('KEY', { optional: true })), environment).plugins.settings['s']).to.deep.equal({
        other: 1,
      })
    }
  })

  it('looks at own variables alone', () => {
    expect(resolved(withKey(env('constructor', { default: 'd' }))).plugins.settings['s']).to.include({ key: 'd' })
  })

  it('refuses what is no name of a variable', () => {
    for (const name of ['', 'A B', '1A', 'A-B', 'A=B']) expect(() => env(name)).to.throw(TypeError)
  })
})

describe('redact and secretsOf', () => {
  const config = resolved(
    {
      authority: {},
      resource: env('URL'),
      plugins: {
        settings: {
          s: {
            key: env('KEY'),
            line: 'Bearer tvly-secret-1 and tvly-secret',
            pin: env('PIN'),
            list: [env('KEY')],
            plain: env('NONE', { default: 'shown' }),
          },
        },
      },
    },
    { KEY: 'tvly-secret', URL: 'https://tools.example/mcp', PIN: '42' },
  )

  it('show no value that came from the environment, also inside other text', () => {
    const text = JSON.stringify(redact(config))
    expect(text).not.to.include('tvly-secret').and.not.to.include('tools.example')
    expect(redact(config).plugins.settings['s']).to.deep.equal({
      key: '[redacted]',
      line: 'Bearer [redacted]-1 and [redacted]',
      pin: '[redacted]',
      list: ['[redacted]'],
      plain: 'shown',
    })
  })

  it('leave the config itself as it is', () => {
    expect(config.plugins.settings['s']).to.include({ key: 'tvly-secret', pin: '42' })
  })

  it('give the values for the log, longest first, and none that would tear words apart', () => {
    expect(secretsOf(config)).to.deep.equal(['https://tools.example/mcp', 'tvly-secret'])
    expect(secretsOf({ ...config })).to.have.length(2)
    expect(secretsOf(resolved({ authority: {} }))).to.deep.equal([])
  })

  it('keep the list of secrets out of JSON and of what the console shows', () => {
    const { plugins: _, resource: __, ...rest } = config
    expect(inspect(rest, { depth: 9, showHidden: true })).not.to.include('tvly')
    expect(JSON.stringify(rest)).not.to.include('tvly')
  })
})
