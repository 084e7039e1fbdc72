import * as policy from '@toolgate/policy'
import { expect } from 'chai'

describe('@toolgate/policy', () => {
  it('exports these names', () => {
    expect(Object.keys(policy).sort()).to.deep.equal([
      'PolicyError',
      'assertAllowed',
      'authorizeSource',
      'createPolicy',
      'createScopeGraph',
      'createShadow',
      'demandText',
      'demandedIn',
      'faultTexts',
      'reachOf',
      'scopesOf',
      'thingKey',
    ])
  })
})
