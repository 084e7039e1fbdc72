import { expect } from 'chai'
import { AuthError } from '../src/index.ts'
import { UnknownTokenLimit } from '../src/unknown-token-limit.ts'

describe('the limit of unknown tokens', () => {
  const time = { seconds: 0 }
  let limit: UnknownTokenLimit

  beforeEach(() => {
    time.seconds = 1000
    limit = new UnknownTokenLimit(() => time.seconds * 1000)
  })

  function refusal(address: string) {
    return expect(() => limit.take(address)).to.throw(AuthError)
  }

  function use(address: string, times: number): void {
    for (let count = 0; count < times; count++) limit.take(address)
  }

  it('is ten at once for an address, which is told so and when to come again', () => {
    use('192.0.2.1', 10)
    refusal('192.0.2.1').that.includes({
      code: 'too_many_unknown_tokens',
      detail: 'too many unknown tokens from this address',
      retryAfterSeconds: 6,
    })
    use('192.0.2.2', 1)
    time.seconds += 6
    use('192.0.2.1', 1)
  })

  it('is twenty at once for all, and uses up nothing of the address that comes after them', () => {
    for (const address of ['192.0.2.1', '192.0.2.2']) use(address, 10)
    for (let count = 0; count < 30; count++) {
      refusal('192.0.2.3').that.includes({
        code: 'introspection_unavailable',
        detail: 'too many unknown tokens from all addresses',
        retryAfterSeconds: 3,
      })
    }
    time.seconds += 60
    use('192.0.2.3', 10)
  })

  it('gives a permit back to the address and to all', () => {
    for (let count = 0; count < 100; count++) limit.take('192.0.2.1')()
    for (const address of ['192.0.2.1', '192.0.2.2']) use(address, 10)
    refusal('192.0.2.3').with.property('code', 'introspection_unavailable')
  })

  it('counts the addresses of one /64 as one', () => {
    use('2001:db8::1', 10)
    refusal('2001:db8::2').with.property('code', 'too_many_unknown_tokens')
    use('2001:db8:0:1::1', 10)
  })
})
