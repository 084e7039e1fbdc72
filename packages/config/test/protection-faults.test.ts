import { itNamesEach, type FaultCase } from './support/faults.ts'

const issuer = 'https://auth.example'

const protection: readonly FaultCase[] = [
  ['nothing protects the tools', {}, 'unprotected', 'authorizationServers', /nothing would protect/, /authority: \{\}/],
  [
    'the list of issuers is empty',
    { authorizationServers: [] },
    'bad_value',
    'authorizationServers',
    /at least 1 entry/,
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
    /Name those that the authorization server signs access tokens with.+None with a shared secret \(HS256\)/,
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

describe('a config that would leave tools unprotected', () => {
  itNamesEach(protection)
})
