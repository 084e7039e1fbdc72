import { expect } from 'chai'
import { TokenCache, tokenDigest } from '../src/token-cache.ts'

describe('TokenCache', () => {
  const value = (owner: string): { owner: string; expiresAt: number } => ({ owner, expiresAt: 1_000 })
  let cache: TokenCache<ReturnType<typeof value>>

  beforeEach(() => {
    cache = new TokenCache({ maxEntries: 10, maxAgeSeconds: 60 }, () => 0)
  })

  it('lets every caller in flight see the failure, and asks again afterwards', async () => {
    let runs = 0
    const fail = (): Promise<never> => {
      runs += 1
      return Promise.reject(new Error('no'))
    }
    const outcomes = await Promise.allSettled([cache.verifyOnce('a', fail), cache.verifyOnce('a', fail)])
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected'])
    expect(runs).to.equal(1)
    expect(await cache.verifyOnce('a', () => Promise.resolve(value('a')))).to.deep.equal(value('a'))
  })

  describe('with a clock', () => {
    const time = { seconds: 0 }
    const clock = () => time.seconds * 1000
    const create = (maxEntries: number, maxAgeSeconds: number) =>
      new TokenCache<ReturnType<typeof value>>({ maxEntries, maxAgeSeconds }, clock)
    const hold = (held: typeof cache, name: string) => held.verifyOnce(name, () => Promise.resolve(value(name)))

    beforeEach(() => {
      time.seconds = 500
    })

    it('holds an entry for the configured time, to the second', async () => {
      const held = create(10, 60)
      await hold(held, 'a')
      time.seconds = 559.9
      expect(held.get('a')).to.deep.equal(value('a'))
      time.seconds = 560
      expect(held.get('a')).to.equal(undefined)
      time.seconds = 559
      expect(held.get('a'), 'a clock that is set back').to.equal(undefined)
    })

    it('holds no entry beyond the end of its token, nor one whose token is over', async () => {
      const held = create(10, 3600)
      await hold(held, 'a')
      time.seconds = 999.9
      expect(held.get('a')).to.deep.equal(value('a'))
      time.seconds = 1_000
      expect(held.get('a')).to.equal(undefined)
      expect(await hold(held, 'b')).to.deep.equal(value('b'))
      time.seconds = 900
      expect(held.get('b'), 'a clock that is set back').to.equal(undefined)
    })

    it('makes room by dropping what was used least recently', async () => {
      const held = create(2, 60)
      await hold(held, 'a')
      await hold(held, 'b')
      held.get('a')
      await hold(held, 'c')
      expect(['a', 'b', 'c'].filter((name) => held.get(name) !== undefined)).to.deep.equal(['a', 'c'])
    })

    it('holds nothing where it is turned off, and has still one verification in flight per token', async () => {
      for (const held of [create(0, 60), create(10, 0)]) {
        const [one, other] = [hold(held, 'a'), hold(held, 'a')]
        expect(one).to.equal(other)
        await one
        expect(held.get('a')).to.equal(undefined)
      }
    })
  })

  it('refuses limits that are none, and says which', () => {
    const clock = () => 0
    for (const maxEntries of [-1, 1.5, NaN, Infinity]) {
      expect(() => new TokenCache({ maxEntries, maxAgeSeconds: 60 }, clock)).to.throw(TypeError, 'cache.maxEntries')
    }
    for (const maxAgeSeconds of [-1, NaN, Infinity]) {
      expect(() => new TokenCache({ maxEntries: 1, maxAgeSeconds }, clock)).to.throw(TypeError, 'cache.maxAgeSeconds')
    }
  })

  it('is keyed by the SHA-256 of the token', () => {
    expect(tokenDigest('abc')).to.equal('ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=')
  })
})
