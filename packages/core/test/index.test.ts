import * as core from '@toolgate/core'
import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The packages of others that are loaded by an import of this one, in a process of its own. */
function loadedPackages(): readonly string[] {
  const script = `import { registerHooks } from 'node:module'
    const names = new Set()
    registerHooks({ load(url, context, next) {
      names.add(url.split('/node_modules/').at(-1).match(/^(@[^/]+.)?[^/]+/)[0])
      return next(url, context)
    } })
    await import('@toolgate/core')
    console.log(JSON.stringify([...names]))`
  const cwd = fileURLToPath(new URL('.', import.meta.url))
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd, encoding: 'utf8' })
  return JSON.parse(printed) as readonly string[]
}

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

  it('loads nothing that serves before something is to be served', () => {
    const loaded = loadedPackages()
    expect(loaded).to.include('ajv')
    for (const name of ['koa', '@koa/router', '@modelcontextprotocol/server', 'zod', 'oidc-provider']) {
      expect(loaded).not.to.include(name)
    }
  })
})
