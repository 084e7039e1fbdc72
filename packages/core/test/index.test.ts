import * as core from '@toolgate/core'
import { expect } from 'chai'

describe('@toolgate/core', () => {
  it('exports these names', () => {
    expect(Object.keys(core).sort()).to.deep.equal([
      'HostError',
      'changeText',
      'clientLimits',
      'clientLines',
      'createLogger',
      'diffPins',
      'diffSides',
      'explainCall',
      'explainDenial',
      'formatPins',
      'groupChanges',
      'inspectPolicy',
      'inspectTools',
      'isLockText',
      'listFor',
      'localLines',
      'lockFileOf',
      'overridePath',
      'pinsOf',
      'policyMatrix',
      'readCaller',
      'readLockFile',
      'runUntilSignal',
      'runWorker',
      'shownTools',
      'startHost',
      'startStdio',
      'startWorkers',
      'summarizeTools',
      'thingsFor',
      'writeLockFile',
    ])
  })
})
