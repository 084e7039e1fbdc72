import { expect } from 'chai'
import { urlFault } from '../src/url-fault.ts'

describe('an address that this host fetches from', () => {
  for (const value of ['https://as.example/a?b=c', 'http://127.0.0.1:9000/', 'http://[::1]', 'https://localhost']) {
    it(`may be ${value}`, () => {
      expect(urlFault(value)).to.equal(undefined)
    })
  }

  const absolute = 'must be an absolute URL'
  const secure = 'must be https (http is for loopback addresses alone)'
  const open = 'must not hold credentials'
  const plain = 'must hold no fragment and no white space'
  const refused: readonly (readonly [value: unknown, fault: string])[] = [
    [undefined, absolute],
    [['https://as.example'], absolute],
    ['/relative', absolute],
    ['', absolute],
    ['http://as.example', secure],
    ['ftp://127.0.0.1', secure],
    ['file:///etc/passwd', secure],
    ['https://user@as.example', open],
    ['https://:pass@as.example', open],
    ['http://user:pass@localhost', open],
    ['https://as.example/#', plain],
    ['https://as.example/a b', plain],
    ['https://as.example\n', plain],
  ]
  for (const [value, fault] of refused) {
    it(`must not be ${JSON.stringify(value)}: ${fault}`, () => {
      expect(urlFault(value)).to.equal(fault)
    })
  }
})
