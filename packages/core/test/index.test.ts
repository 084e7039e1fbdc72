import * as core from '@toolgate/core'
import { expect } from 'chai'

describe('@toolgate/core', () => {
  it('exports these names', () => {
    expect(Object.keys(core).sort()).to.deep.equal([
      'HostError',
      'clientLines',
      'createLogger',
      'diffPolicies',
      'explainCall',
      'explainDenial',
      'inspectPolicy',
      'inspectTools',
      'listFor',
      'policyMatrix',
      'readCaller',
      'runUntilSignal',
      'startHost',
    ])
  })
})
