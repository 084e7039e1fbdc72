import { expect } from 'chai'
import * as config from '@toolgate/config'

describe('@toolgate/config', () => {
  it('exports these names and no others', () => {
    expect(Object.keys(config).sort()).to.deep.equal([
      'ConfigError',
      'checkAgainstCatalogue',
      'configSchema',
      'defineConfig',
      'env',
      'loadConfig',
      'redact',
      'resolveConfig',
      'secretsOf',
    ])
  })
})
