import { expect } from 'chai'
import { TurnBatch } from '../src/turn-batch.ts'

describe('TurnBatch', () => {
  let written: string[]
  let refusal: Error | undefined
  let batch: TurnBatch

  beforeEach(() => {
    written = []
    refusal = undefined
    batch = new TurnBatch((lines) => {
      if (refusal !== undefined) throw refusal
      written.push(lines)
    })
  })

  it('writes the lines of one turn once, and those of the next turn for themselves', async () => {
    await Promise.all([batch.add('a'), batch.add('b')])
    await batch.add('c')
    expect(written).to.deep.equal(['a\nb', 'c'])
  })

  it('writes nothing before the turn has ended, unless it is told to', async () => {
    const first = batch.add('a')
    expect([written, batch.length]).to.deep.equal([[], 1])
    expect(batch.flush()).to.equal(undefined)
    expect([written, batch.length]).to.deep.equal([['a'], 0])
    await first
    await batch.add('b')
    expect(written).to.deep.equal(['a', 'b'])
  })

  it('rejects every line of a turn that was not written, and takes the next ones', async () => {
    refusal = new Error('no room')
    const lost = await Promise.allSettled([batch.add('a'), batch.add('b')])
    expect(lost.map((one) => one.status === 'rejected' && one.reason === refusal)).to.deep.equal([true, true])
    void batch.add('c')
    expect(batch.flush()).to.equal(refusal)
    refusal = undefined
    await batch.add('d')
    expect(written).to.deep.equal(['d'])
  })
})
