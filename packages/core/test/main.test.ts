import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const program = `
import { runUntilSignal } from '@toolgate/core'
const serving = setInterval(() => undefined, 1_000)
runUntilSignal({ close: async () => { clearInterval(serving); process.stdout.write('closed') } })
void Promise.reject(new Error('the key is\\n    at key-of-the-plugin'))
void Promise.reject(null)
void Promise.reject({ get stack() { throw new Error('x') } })
setTimeout(() => process.kill(process.pid, 'SIGTERM'), 100)
`

describe('runUntilSignal', () => {
  it('outlives rejected promises that nobody waits for, says where they come from, and closes at SIGTERM', async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { cwd: import.meta.dirname })
    let output = ''
    let log = ''
    child.stdout.on('data', (chunk) => (output += String(chunk)))
    child.stderr.on('data', (chunk) => (log += String(chunk)))
    const [code] = (await once(child, 'close')) as readonly unknown[]
    expect(log.match(/a rejected promise was left behind/g)).to.have.lengthOf(3)
    expect(log).to.match(/"frames":\[" +at /)
    expect(log).to.not.include('key-of-the-plugin')
    expect(output).to.equal('closed')
    expect(code).to.equal(0)
  })
})
