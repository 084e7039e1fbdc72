import { expect } from 'chai'
import fc from 'fast-check'
import {
  insufficientAuthenticationChallenge,
  insufficientScopeChallenge,
  invalidRequestChallenge,
  invalidTokenChallenge,
  unauthorizedChallenge,
} from '../src/index.ts'

const resourceMetadataUrl = 'https://tools.example/.well-known/oauth-protected-resource/mcp'

/** Reads a challenge as a client does (RFC 9110 sections 11.2 and 5.6.4), and fails on anything left over. */
function parseChallenge(header: string): Record<string, string> {
  const parameters: Record<string, string> = {}
  expect(header.startsWith('Bearer ')).to.equal(true)
  let rest = header.slice('Bearer '.length)
  while (rest !== '') {
    const match = /^([a-z_]+)="((?:[^"\\]|\\.)*)"(?:, |$)/.exec(rest)
    if (match === null) throw new Error(`not a parameter: ${rest}`)
    const [whole, name = '', value = ''] = match
    expect(parameters).not.to.have.property(name)
    parameters[name] = value.replace(/\\(.)/g, '$1')
    rest = rest.slice(whole.length)
  }
  return parameters
}

describe('challenges', () => {
  it('names the initial scopes and the metadata, and no error, when no token was sent', () => {
    expect(unauthorizedChallenge({ scopes: ['notes:read', 'files:read'], resourceMetadataUrl })).to.equal(
      `Bearer scope="notes:read files:read", resource_metadata="${resourceMetadataUrl}"`,
    )
  })

  it('leaves scope out when there is none to ask for', () => {
    expect(unauthorizedChallenge({ resourceMetadataUrl })).to.equal(`Bearer resource_metadata="${resourceMetadataUrl}"`)
    expect(insufficientScopeChallenge({ scopes: [], resourceMetadataUrl })).to.equal(
      `Bearer error="insufficient_scope", resource_metadata="${resourceMetadataUrl}"`,
    )
  })

  it('says invalid_token with one fixed description', () => {
    expect(invalidTokenChallenge({ scopes: ['notes:read'], resourceMetadataUrl })).to.equal(
      `Bearer error="invalid_token", error_description="The access token is not valid", scope="notes:read", resource_metadata="${resourceMetadataUrl}"`,
    )
  })

  it('says invalid_request with one fixed description', () => {
    expect(parseChallenge(invalidRequestChallenge({ resourceMetadataUrl }))).to.deep.equal({
      error: 'invalid_request',
      error_description: 'Send one token, in the Authorization header',
      resource_metadata: resourceMetadataUrl,
    })
  })

  it('says what a new sign-in must be, and which scopes it must bring', () => {
    const header = insufficientAuthenticationChallenge({
      acrValues: ['gold', 'urn:acme:silver'],
      maxAgeSeconds: 300,
      scopes: ['notes:write'],
      resourceMetadataUrl,
    })
    expect(parseChallenge(header)).to.deep.equal({
      error: 'insufficient_user_authentication',
      error_description: 'A newer or stronger sign-in is needed',
      acr_values: 'gold urn:acme:silver',
      max_age: '300',
      scope: 'notes:write',
      resource_metadata: resourceMetadataUrl,
    })
    expect(parseChallenge(insufficientAuthenticationChallenge({ resourceMetadataUrl }))).to.have.all.keys(
      'error',
      'error_description',
      'resource_metadata',
    )
  })

  it('carries no acr that would be two, and no half second', () => {
    for (const acrValues of [['a b'], ['a"b'], ['']]) {
      expect(() => insufficientAuthenticationChallenge({ acrValues, resourceMetadataUrl })).to.throw(TypeError)
    }
    for (const maxAgeSeconds of [1.5, NaN, Infinity]) {
      expect(() => insufficientAuthenticationChallenge({ maxAgeSeconds, resourceMetadataUrl })).to.throw(TypeError)
    }
  })

  it('puts every scope of the call in one challenge, each once', () => {
    const header = insufficientScopeChallenge({
      scopes: ['notes:write', 'notes:read', 'notes:write'],
      description: 'notes_delete needs notes:write',
      resourceMetadataUrl,
    })
    expect(parseChallenge(header)).to.deep.equal({
      error: 'insufficient_scope',
      error_description: 'notes_delete needs notes:write',
      scope: 'notes:write notes:read',
      resource_metadata: resourceMetadataUrl,
    })
  })

  for (const bad of ['', 'a b', 'a"b', 'a\\b', 'a\r\nSet-Cookie: x', 'a\0', 'é']) {
    it(`refuses the scope ${JSON.stringify(bad)}`, () => {
      expect(() => unauthorizedChallenge({ scopes: [bad], resourceMetadataUrl })).to.throw(TypeError)
    })
  }

  for (const bad of ['', 'say "yes"', 'a\\b', 'two\nlines', 'naïve']) {
    it(`refuses the description ${JSON.stringify(bad)}`, () => {
      expect(() => insufficientScopeChallenge({ description: bad, resourceMetadataUrl })).to.throw(TypeError)
    })
  }

  it('refuses a metadata URL with a quote or a line break', () => {
    expect(() => unauthorizedChallenge({ resourceMetadataUrl: 'https://x.example/"' })).to.throw(TypeError)
    expect(() => unauthorizedChallenge({ resourceMetadataUrl: 'https://x.example/\r\n' })).to.throw(TypeError)
  })

  it('says what it cannot carry, and nothing of the value', () => {
    const attempts: readonly (readonly [message: RegExp, write: () => string])[] = [
      [/^A challenge cannot carry this resource_metadata: /, () => unauthorizedChallenge({ resourceMetadataUrl: '"' })],
      [/cannot carry a scope/, () => unauthorizedChallenge({ scopes: ['"'], resourceMetadataUrl })],
      [/cannot carry an acr/, () => insufficientAuthenticationChallenge({ acrValues: ['"'], resourceMetadataUrl })],
      [/max_age in whole/, () => insufficientAuthenticationChallenge({ maxAgeSeconds: 0.5, resourceMetadataUrl })],
    ]
    for (const [message, write] of attempts) {
      expect(write).to.throw(TypeError, message).with.property('message').that.not.includes('"')
    }
  })

  it('either refuses what it is given or writes a header that reads back the same', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('a"', 'b\\', 'c\r\nX: y', ', d="'),
    )
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), text, text, (scopes, description, url) => {
        let header: string
        try {
          header = insufficientScopeChallenge({ scopes, description, resourceMetadataUrl: url })
        } catch (error) {
          expect(error).to.be.instanceOf(TypeError)
          return
        }
        expect(header).to.match(/^[\x20-\x7e]+$/)
        expect(parseChallenge(header)).to.deep.equal({
          error: 'insufficient_scope',
          error_description: description,
          scope: [...new Set(scopes)].join(' '),
          resource_metadata: url,
        })
      }),
      { numRuns: 500 },
    )
  })

  it('carries every RFC 6749 scope-token unchanged', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[\x21\x23-\x5b\x5d-\x7e]{1,20}$/), { minLength: 1 }), (scopes) => {
        expect(parseChallenge(unauthorizedChallenge({ scopes, resourceMetadataUrl })).scope).to.equal(scopes.join(' '))
      }),
    )
  })
})
