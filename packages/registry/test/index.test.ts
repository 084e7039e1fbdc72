import { expect } from 'chai'
import * as registry from '@toolgate/registry'

describe('@toolgate/registry', () => {
  it('exports these names and no others', () => {
    expect(Object.keys(registry).sort()).to.deep.equal(['RegistryError', 'createValidator', 'loadRegistry'])
  })
})
