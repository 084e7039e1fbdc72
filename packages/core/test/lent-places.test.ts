import { expect } from 'chai'
import { LentPlaces } from '../src/workers/lent-places.ts'

describe('places for calls that another process lends', () => {
  const asked: number[] = []
  const returned: number[] = []
  let left: number
  let places: LentPlaces

  beforeEach(() => {
    asked.length = 0
    returned.length = 0
    left = 3
    places = new LentPlaces({
      borrow: (_caller, count) => {
        asked.push(count)
        if (count > left) return Promise.resolve(false)
        left -= count
        return Promise.resolve(true)
      },
      giveBack: (_caller, count) => {
        returned.push(count)
        left += count
      },
    })
  })

  it('are kept for the next call, which need not ask', async () => {
    expect(await places.take('ada', 1)).to.equal(true)
    places.free('ada', 1)
    expect(places.take('ada', 1)).to.equal(true)
    expect(await places.take('ada', 2)).to.equal(true)
    expect(asked).to.deep.equal([1, 2])
    expect(await places.take('ada', 1)).to.equal(false)
  })

  it('are asked for as far as they are missing, and none is kept of those that were refused', async () => {
    expect(await places.take('ada', 2)).to.equal(true)
    places.free('ada', 1)
    expect(await places.take('ada', 3)).to.equal(false)
    expect(asked).to.deep.equal([2, 2])
    expect(places.recall('ada')).to.equal(1)
    expect(places.recall('ada')).to.equal(0)
  })

  it('are not given away while it is asked for more', async () => {
    expect(await places.take('ada', 1)).to.equal(true)
    places.free('ada', 1)
    const taking = places.take('ada', 2)
    expect(places.recall('ada')).to.equal(0)
    expect(await taking).to.equal(true)
    expect(places.recall('ada')).to.equal(0)
  })

  it('go back when nobody has used them for a while, and those in use do not', async () => {
    expect(await places.take('ada', 2)).to.equal(true)
    places.free('ada', 1)
    places.sweep()
    expect(returned).to.deep.equal([])
    places.sweep()
    expect(returned).to.deep.equal([1])
    places.free('ada', 1)
    places.sweep()
    places.sweep()
    expect(returned).to.deep.equal([1, 1])
    expect(left).to.equal(3)
  })
})
