import { expect } from 'chai'
import * as auth from '../src/index.ts'

describe('@toolgate/auth', () => {
  it('exports these names and no others', () => {
    expect(Object.keys(auth).toSorted()).to.deep.equal([
      'AuthError',
      'IssuerSettingsError',
      'ReplayStore',
      'UnknownTokenLimit',
      'addressKeyOf',
      'boundKeyOf',
      'challengeLines',
      'challengeSchemes',
      'createKeySet',
      'createProofVerifier',
      'createTokenVerifier',
      'inspectToken',
      'insufficientAuthenticationChallenge',
      'insufficientScopeChallenge',
      'introspectionLimits',
      'invalidProofChallenge',
      'invalidRequestChallenge',
      'invalidTokenChallenge',
      'isJwt',
      'isLoopbackHost',
      'issuerMetadataUrls',
      'issuerPresets',
      'principalOf',
      'protectedResourceMetadata',
      'protectedResourceMetadataPaths',
      'protectedResourceMetadataUrl',
      'readCredentials',
      'resolveIssuerSettings',
      'schemeOfCaller',
      'signatureAlgorithms',
      'unauthorizedChallenge',
      'useNonceChallenge',
    ])
  })
})
