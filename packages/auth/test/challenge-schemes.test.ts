import { expect } from 'chai'
import {
  challengeLines,
  challengeSchemes,
  insufficientScopeChallenge,
  invalidProofChallenge,
  invalidTokenChallenge,
  protectedResourceMetadata,
  schemeOfCaller,
  unauthorizedChallenge,
  useNonceChallenge,
} from '../src/index.ts'
import type { DpopMode } from '../src/index.ts'

const resourceMetadataUrl = 'https://tools.example/.well-known/oauth-protected-resource/mcp'
const options = { scopes: ['notes:read'], resourceMetadataUrl }
const common = `scope="notes:read", resource_metadata="${resourceMetadataUrl}"`
const algorithms = ['ES256', 'PS256']
const schemes = (...modes: readonly DpopMode[]) =>
  challengeSchemes(
    modes.map((dpop) => ({ dpop })),
    { algorithms },
  )
const names = (...modes: readonly DpopMode[]) => schemes(...modes).map(({ name }) => name)

describe('challengeSchemes', () => {
  it('is DPoP where an issuer has it on, and Bearer, first, unless all require the other', () => {
    expect(names()).to.deep.equal(['Bearer'])
    expect(names('off', 'off')).to.deep.equal(['Bearer'])
    expect(names('off', 'allowed')).to.deep.equal(['Bearer', 'DPoP'])
    expect(names('off', 'required')).to.deep.equal(['Bearer', 'DPoP'])
    expect(names('allowed', 'required')).to.deep.equal(['Bearer', 'DPoP'])
    expect(names('required', 'required')).to.deep.equal(['DPoP'])
  })

  it('stands in the metadata: algorithms where a token may be bound, required where all must be, nothing where none is', () => {
    const metadata = (...modes: readonly DpopMode[]) => {
      const facts = { resource: 'https://tools.example/mcp', authorizationServers: ['https://as.example'] }
      const document = protectedResourceMetadata({ ...facts, scopesSupported: [], schemes: schemes(...modes) })
      return Object.fromEntries(Object.entries(document).filter(([name]) => name.startsWith('dpop')))
    }
    expect(metadata('off')).to.deep.equal({})
    expect(metadata('allowed', 'required')).to.deep.equal({ dpop_signing_alg_values_supported: algorithms })
    expect(metadata('required')).to.deep.equal({
      dpop_signing_alg_values_supported: algorithms,
      dpop_bound_access_tokens_required: true,
    })
  })
})

describe('challengeLines', () => {
  it('asks by every scheme of the host, with the algorithms of proofs', () => {
    expect(challengeLines(schemes('allowed'), undefined, options, unauthorizedChallenge)).to.deep.equal([
      `Bearer ${common}`,
      `DPoP ${common}, algs="ES256 PS256"`,
    ])
  })

  it('names the error in the scheme that was used', () => {
    const invalid = 'error="invalid_token", error_description="The access token is not valid"'
    expect(challengeLines(schemes('allowed'), 'Bearer', options, invalidTokenChallenge)).to.deep.equal([
      `Bearer ${invalid}, ${common}`,
      `DPoP ${common}, algs="ES256 PS256"`,
    ])
    expect(challengeLines(schemes('allowed'), 'DPoP', options, invalidTokenChallenge)).to.deep.equal([
      `Bearer ${common}`,
      `DPoP ${invalid}, ${common}, algs="ES256 PS256"`,
    ])
  })

  it('names it in the only scheme, whatever was used', () => {
    expect(challengeLines(schemes('required'), 'Bearer', options, invalidTokenChallenge)).to.deep.equal([
      `DPoP error="invalid_token", error_description="The access token is not valid", ${common}, algs="ES256 PS256"`,
    ])
  })

  it('tells a bad proof from a missing nonce', () => {
    const line = (write: typeof invalidProofChallenge) => challengeLines(schemes('required'), 'DPoP', options, write)
    expect(line(invalidProofChallenge)[0]).to.match(/^DPoP error="invalid_dpop_proof", /)
    expect(line(useNonceChallenge)[0]).to.match(/^DPoP error="use_dpop_nonce", /)
  })

  it('may be of 4096 bytes, and names no scopes where it were of one more', () => {
    const lengthOf = (scope: string) => {
      const [line = ''] = challengeLines(
        schemes('off'),
        undefined,
        { ...options, scopes: [scope] },
        unauthorizedChallenge,
      )
      return line.length
    }
    const room = 4_096 - lengthOf('a') + 1
    expect(lengthOf('a'.repeat(room))).to.equal(4_096)
    expect(lengthOf('a'.repeat(room + 1))).to.be.below(1_000)
  })

  it('names no scopes where one line alone would be too long: what a proxy cuts helps nobody', () => {
    const scopes = Array.from({ length: 60 }, (_, index) => `notes:${String(index).padStart(100, '0')}`)
    for (const modes of [['off'], ['allowed'], ['required']] as const) {
      const lines = challengeLines(schemes(...modes), undefined, { scopes, resourceMetadataUrl }, unauthorizedChallenge)
      expect(lines.join()).to.not.include('scope=')
      expect(lines).to.have.length(modes[0] === 'allowed' ? 2 : 1)
    }
  })

  it('keeps the scopes in the first line alone where two would be too long', () => {
    const many = {
      ...options,
      scopes: Array.from({ length: 100 }, (_, index) => `scope:${String(index).padStart(20, '0')}`),
    }
    const [bearer = '', dpop = ''] = challengeLines(schemes('allowed'), 'DPoP', many, invalidTokenChallenge)
    expect(bearer).to.include('scope:00000000000000000099')
    expect(dpop)
      .to.match(/^DPoP error="invalid_token", /)
      .and.include(`resource_metadata="${resourceMetadataUrl}", algs=`)
      .and.not.include('scope=')
    expect(Buffer.byteLength(bearer + dpop)).to.be.lessThan(4_096)
  })
})

describe('schemeOfCaller', () => {
  it('is DPoP for a caller with a key, and Bearer for one without', () => {
    const write = (thumbprint: string | undefined) =>
      insufficientScopeChallenge({ ...options, scheme: schemeOfCaller(schemes('allowed'), thumbprint) })
    expect(write(undefined)).to.equal(`Bearer error="insufficient_scope", ${common}`)
    expect(write('thumbprint')).to.equal(`DPoP error="insufficient_scope", ${common}, algs="ES256 PS256"`)
  })
})
