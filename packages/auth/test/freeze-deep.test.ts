import { expect } from 'chai'
import { freezeDeep } from '../src/freeze-deep.ts'

describe('freezeDeep', () => {
  it('freezes objects and lists all the way down, and answers the very value', () => {
    const value = { list: [{ name: 'a' }], map: { inner: {} }, text: 'x', none: null }
    expect(freezeDeep(value)).to.equal(value)
    for (const part of [value, value.list, value.list[0], value.map, value.map.inner]) expect(part).to.be.frozen
  })

  for (const value of ['text', 7, true, null, undefined]) {
    it(`answers ${String(value)} as it is`, () => {
      expect(freezeDeep(value)).to.equal(value)
    })
  }
})
