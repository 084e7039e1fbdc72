import { expect } from 'chai'
import { createTimeStamp } from '../src/time-stamp.ts'

describe('createTimeStamp', () => {
  it('tells every time as it is, the same one again and an earlier one', () => {
    const times = [0, 0, 1, 1, 1_700_000_000_123, 1_700_000_000_122]
    let index = -1
    const stamp = createTimeStamp(() => times[(index += 1)] ?? 0)
    expect(times.map(() => stamp())).to.deep.equal([
      '1970-01-01T00:00:00.000Z',
      '1970-01-01T00:00:00.000Z',
      '1970-01-01T00:00:00.001Z',
      '1970-01-01T00:00:00.001Z',
      '2023-11-14T22:13:20.123Z',
      '2023-11-14T22:13:20.122Z',
    ])
  })

  it('follows the clock of the machine', () => {
    const before = Date.now()
    const told = Date.parse(createTimeStamp()())
    expect(told).to.be.within(before, Date.now())
  })
})
