import { expect } from 'chai'
import { isLoopbackHost } from '../src/index.ts'

describe('isLoopbackHost', () => {
  for (const host of ['localhost', '127.0.0.1', '127.8.9.10', '::1', '[::1]']) {
    it(`takes ${host} for this machine`, () => {
      expect(isLoopbackHost(host)).to.equal(true)
    })
  }

  for (const host of [
    '',
    '0.0.0.0',
    '::',
    '128.0.0.1',
    '127.0.0.1.attacker.example',
    'localhost.attacker.example',
    'attacker.example',
    '127.example',
    '::ffff:127.0.0.1',
  ]) {
    it(`takes ${JSON.stringify(host)} for another`, () => {
      expect(isLoopbackHost(host)).to.equal(false)
    })
  }
})
