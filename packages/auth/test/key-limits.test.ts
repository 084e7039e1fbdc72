import { expect } from 'chai'
import { resolveKeyLimits } from '../src/key-limits.ts'

describe('the limits of key fetching', () => {
  const documented = {
    timeoutMs: 3_000,
    maxBytes: 1_048_576,
    cooldownSeconds: 30,
    retrySeconds: 5,
    refreshSeconds: 600,
    holdSeconds: 86_400,
  }
  const names = Object.keys(documented)

  it('are the documented ones where nothing is written', () => {
    expect(resolveKeyLimits()).to.deep.equal(documented)
  })

  it('are what is written, and the documented ones beside it', () => {
    expect(resolveKeyLimits({ retrySeconds: 1, maxBytes: 10 })).to.deep.equal({
      ...documented,
      retrySeconds: 1,
      maxBytes: 10,
    })
  })

  for (const name of names) {
    it(`refuse for ${name} what is not above 0, and what no timer can take`, () => {
      for (const value of [0, -1, Number.NaN, Infinity, 2_147_001]) {
        expect(() => resolveKeyLimits({ [name]: value })).to.throw(
          TypeError,
          `keys.${name} must be from 0 to 2147000`,
          String(value),
        )
      }
    })
  }

  it('may be as large as a timer can take', () => {
    const most = Object.fromEntries(names.map((name) => [name, 2_147_000]))
    expect(resolveKeyLimits(most)).to.deep.equal(most)
  })

  it('hold keys for no less than the time to their refresh', () => {
    expect(resolveKeyLimits({ holdSeconds: 600 })).to.include({ holdSeconds: 600 })
    expect(() => resolveKeyLimits({ holdSeconds: 599 })).to.throw(
      TypeError,
      'keys.holdSeconds must not be less than keys.refreshSeconds',
    )
  })
})
