import { expect } from 'chai'
import * as auth from '../src/index.ts'

describe('@toolgate/auth', () => {
  it('exports these names and no others', () => {
    expect(Object.keys(auth).toSorted()).to.deep.equal([
      'AuthError',
      'IssuerSettingsError',
      'createTokenVerifier',
      'inspectToken',
      'insufficientScopeChallenge',
      'invalidRequestChallenge',
      'invalidTokenChallenge',
      'isLoopbackHost',
      'issuerPresets',
      'principalOf',
      'protectedResourceMetadata',
      'protectedResourceMetadataPaths',
      'protectedResourceMetadataUrl',
      'readBearerToken',
      'resolveIssuerSettings',
      'signatureAlgorithms',
      'unauthorizedChallenge',
    ])
  })
})
