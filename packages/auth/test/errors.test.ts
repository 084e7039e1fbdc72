import { expect } from 'chai'
import { AuthError, IntrospectionFailure, IssuerSettingsError, KeyFetchError, UnknownKeyError } from '../src/errors.ts'

describe('an error of authentication', () => {
  const messages = {
    missing_token: 'No access token was sent',
    invalid_request: 'The credentials of the request are malformed',
    invalid_token: 'The access token is not valid',
    keys_unavailable: "The authorization server's keys are not available",
    introspection_unavailable: 'The authorization server cannot be asked about the access token',
    too_many_unknown_tokens: 'Too many unknown access tokens were sent',
    invalid_dpop_proof: 'The DPoP proof is not valid',
    use_dpop_nonce: 'The DPoP proof needs a nonce of this server',
    proof_not_recorded: 'Too many DPoP proofs are held',
  } as const
  for (const [code, message] of Object.entries(messages) as [keyof typeof messages, string][]) {
    it(`says for ${code} always the same, and keeps what happened for the log`, () => {
      const error = new AuthError(code, 'of whom and why')
      expect(error).to.include({ name: 'AuthError', code, message, detail: 'of whom and why' })
      expect(error).to.include({ retryAfterSeconds: undefined, nonce: undefined })
    })
  }

  it('carries when to come again, and a nonce', () => {
    const options = { retryAfterSeconds: 5, nonce: 'n1' }
    expect(new AuthError('use_dpop_nonce', 'no nonce', options)).to.include(options)
  })

  it('is an invalid_token where no key fits, and names the kid by an excerpt', () => {
    expect(new UnknownKeyError('k"1')).to.include({
      code: 'invalid_token',
      detail: 'no key of the issuer fits (kid "k?1")',
    })
    expect(new UnknownKeyError(undefined)).to.include({ detail: 'no key of the issuer fits (kid none)' })
  })
})

describe('an error of the settings of an issuer', () => {
  it('is a TypeError that lists every fault by the name of the setting', () => {
    const faults = [
      { setting: 'issuer', message: 'must be an absolute URL' },
      { setting: 'algorithms[1]', message: 'must not be empty' },
    ]
    const error = new IssuerSettingsError(faults)
    expect(error).to.be.instanceOf(TypeError)
    expect(error).to.include({ name: 'IssuerSettingsError', code: 'unusable_issuer_settings', faults })
    expect(error.message).to.equal('issuer: must be an absolute URL; algorithms[1]: must not be empty')
  })
})

describe('an error that stays inside', () => {
  const cause = new Error('ECONNREFUSED')

  it('says of a fetch whether there was an answer, and of what it came', () => {
    const error = new KeyFetchError('unreachable', 'no answer', { cause })
    expect(error).to.include({ name: 'KeyFetchError', code: 'unreachable', message: 'no answer', cause })
  })

  it('says of a question about a token how far it reaches, and of what it came', () => {
    const error = new IntrospectionFailure('issuer', 'no answer', { cause })
    expect(error).to.include({ name: 'IntrospectionFailure', reach: 'issuer', message: 'no answer', cause })
  })
})
