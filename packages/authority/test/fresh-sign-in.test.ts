import { expect } from 'chai'
import { withFreshSignIn } from '../src/fresh-sign-in.ts'

describe('the query of an authorization request that asks for a recent sign-in', () => {
  for (const [sent, taken] of [
    ['?scope=a+b&max_age=300', '?scope=a+b&prompt=login'],
    ['?max_age=0', '?prompt=login'],
    ['?max_age=x', '?prompt=login'],
    ['?scope=a&max_age=300&prompt=consent', '?scope=a&prompt=login+consent'],
    ['?scope=a&max_age=300&prompt=login', '?scope=a&prompt=login'],
  ] as const) {
    it(`asks for a sign-in now: ${sent}`, () => {
      expect(withFreshSignIn(sent)).to.equal(taken)
    })
  }

  for (const sent of [
    '',
    '?scope=a',
    '?scope=a&prompt=login',
    '?scope=openid+a&max_age=300',
    '?scope=a&max_age=300&prompt=none',
    '?scope=a&max_age=300&max_age=1',
    '?scope=a&max_age=300&prompt=consent&prompt=none',
    '?scope=a&scope=openid&max_age=300',
  ]) {
    it(`is left to the provider: ${sent || 'nothing asked'}`, () => {
      expect(withFreshSignIn(sent)).to.equal(sent)
    })
  }
})
