import { expect } from 'chai'
import { TokenCache, tokenDigest } from '../src/token-cache.ts'

describe('TokenCache', () => {
  const value = (owner: string): { owner: string; expiresAt: number } => ({ owner, expiresAt: 1_000 })
  let cache: TokenCache<ReturnType<typeof value>>

  beforeEach(() => {
    cache = new TokenCache({ maxEntries: 10, maxAgeSeconds: 60 }, () => 0)
  })

  it('drops the entries that it is told to, and no other', async () => {
    for (const owner of ['a', 'b']) await cache.verifyOnce(owner, () => Promise.resolve(value(owner)))
    cache.evict(({ owner }) => owner === 'a')
    expect(cache.get('a')).to.equal(undefined)
    expect(cache.get('b')).to.deep.equal(value('b'))
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

  it('is keyed by the SHA-256 of the token', () => {
    expect(tokenDigest('abc')).to.equal('ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=')
  })
})
