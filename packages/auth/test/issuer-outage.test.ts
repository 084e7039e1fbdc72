import { expect } from 'chai'
import { IssuerOutage } from '../src/issuer-outage.ts'

describe('an outage of an issuer', () => {
  const time = { seconds: 0 }
  let outage: IssuerOutage

  beforeEach(() => {
    time.seconds = 1000
    outage = new IssuerOutage(5, () => time.seconds * 1000)
  })

  it('keeps nobody from asking as long as there is none', () => {
    expect([outage.holdsOff(), outage.mayAsk(), outage.mayAsk()]).to.deep.equal([false, true, true])
    expect(outage.retryAfterSeconds()).to.equal(1)
  })

  it('keeps everybody from asking for the cooldown, and says how long', () => {
    outage.failed()
    expect([outage.holdsOff(), outage.mayAsk()]).to.deep.equal([true, false])
    expect(outage.retryAfterSeconds()).to.equal(5)
    time.seconds += 1.5
    expect(outage.retryAfterSeconds()).to.equal(4)
    time.seconds += 3.4
    expect(outage.mayAsk()).to.equal(false)
    expect(outage.retryAfterSeconds()).to.equal(1)
  })

  it('lets one probe after it, and the others once that has come back', () => {
    outage.failed()
    time.seconds += 5
    expect([outage.holdsOff(), outage.mayAsk()]).to.deep.equal([false, true])
    expect([outage.holdsOff(), outage.mayAsk()]).to.deep.equal([true, false])
    outage.succeeded()
    expect([outage.holdsOff(), outage.mayAsk(), outage.mayAsk()]).to.deep.equal([false, true, true])
  })

  it('begins again where the probe fails', () => {
    outage.failed()
    time.seconds += 5
    outage.mayAsk()
    outage.failed()
    expect(outage.mayAsk()).to.equal(false)
    time.seconds += 5
    expect(outage.mayAsk()).to.equal(true)
  })

  it('is not stretched by a clock that is set back', () => {
    outage.failed()
    time.seconds -= 3600
    expect(outage.holdsOff()).to.equal(false)
    expect(outage.retryAfterSeconds()).to.equal(1)
  })
})
