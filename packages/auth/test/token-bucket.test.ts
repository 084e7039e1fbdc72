import { expect } from 'chai'
import { TokenBucket } from '../src/token-bucket.ts'

/** A bucket of 3 that gets one back every 30 seconds, with a clock that the test moves. */
function createBench() {
  const time = { seconds: 1000 }
  const bucket = new TokenBucket({ burst: 3, perMinute: 2 }, () => time.seconds * 1000)
  return Object.assign(time, { bucket, takeAll: () => [1, 2, 3, 4].map(() => bucket.take()) })
}

describe('TokenBucket', () => {
  it('gives as many at once as it holds, and no more', () => {
    expect(createBench().takeAll()).to.deep.equal([true, true, true, false])
  })

  it('fills by the rate, and says in whole seconds when there is one again', () => {
    const bench = createBench()
    bench.takeAll()
    expect(bench.bucket.waitSeconds()).to.equal(30)
    bench.seconds += 10.5
    expect(bench.bucket.waitSeconds()).to.equal(20)
    bench.seconds += 19
    expect(bench.bucket.take()).to.equal(false)
    expect(bench.bucket.waitSeconds()).to.equal(1)
    bench.seconds += 0.5
    expect(bench.bucket.take()).to.equal(true)
    expect(bench.bucket.take()).to.equal(false)
  })

  it('never says to wait for less than a second', () => {
    expect(createBench().bucket.waitSeconds()).to.equal(1)
  })

  it('never holds more than its burst, however long nobody asks or however many are given back', () => {
    const bench = createBench()
    bench.takeAll()
    bench.seconds += 86_400
    expect(bench.takeAll()).to.deep.equal([true, true, true, false])
    for (let count = 0; count < 9; count++) bench.bucket.giveBack()
    expect(bench.takeAll()).to.deep.equal([true, true, true, false])
  })

  it('takes back one permit for one that was not used', () => {
    const { bucket, takeAll } = createBench()
    takeAll()
    bucket.giveBack()
    expect([bucket.take(), bucket.take()]).to.deep.equal([true, false])
  })

  it('neither fills nor empties for a clock that is set back, and goes on by the new time', () => {
    const bench = createBench()
    bench.bucket.take()
    bench.seconds -= 600
    expect(bench.takeAll()).to.deep.equal([true, true, false, false])
    bench.seconds += 30
    expect([bench.bucket.take(), bench.bucket.take()]).to.deep.equal([true, false])
  })
})
