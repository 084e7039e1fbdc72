import { expect } from 'chai'
import { createDpopNonces } from '../src/dpop-nonce.ts'
import { AuthError } from '../src/index.ts'

describe('the nonces of a host', () => {
  const time = { seconds: 0 }
  const clock = () => time.seconds * 1000
  const key = new Uint8Array(32).fill(7)

  beforeEach(() => {
    time.seconds = 1_200_000
  })

  it('change every 120 seconds and not before', () => {
    const nonces = createDpopNonces(clock, key)
    const first = nonces.current()
    time.seconds += 119.9
    expect(nonces.current()).to.equal(first)
    time.seconds += 0.1
    expect(nonces.current()).not.to.equal(first)
  })

  it('are of the key: another process makes others', () => {
    const nonces = [createDpopNonces(clock, key), createDpopNonces(clock), createDpopNonces(clock)]
    expect(new Set(nonces.map((each) => each.current())).size).to.equal(3)
    expect(createDpopNonces(clock, key).current()).to.equal(nonces[0]?.current())
  })

  it('are not good before their time', () => {
    const nonces = createDpopNonces(clock, key)
    const late = nonces.current()
    time.seconds -= 120
    expect(() => nonces.require(late))
      .to.throw(AuthError)
      .with.property('code', 'use_dpop_nonce')
  })

  it('are asked for in other words where there is none than where one does not count', () => {
    const nonces = createDpopNonces(clock, key)
    const refusal = (nonce: unknown) => expect(() => nonces.require(nonce)).to.throw(AuthError)
    refusal(undefined).with.property('detail', 'the proof has no nonce')
    refusal('guess').with.property('detail', 'the nonce of the proof is none that counts')
    refusal('guess').with.property('nonce', nonces.current())
  })
})
