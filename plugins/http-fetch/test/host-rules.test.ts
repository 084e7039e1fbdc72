import { expect } from 'chai'
import { parseHostRules } from '../src/host-rules.ts'

describe('parseHostRules', () => {
  const rules = parseHostRules([
    'docs.example.com',
    '*.example.org',
    'MÜNCHEN.example',
    '203.0.113.7',
    '[2001:db8::1]',
    'localhost',
  ])

  const allowed = [
    'docs.example.com',
    'a.example.org',
    'a.b.example.org',
    'xn--mnchen-3ya.example',
    '203.0.113.7',
    '[2001:db8::1]',
    'localhost',
  ]
  for (const hostname of allowed) {
    it(`allows ${hostname}`, () => expect(rules.allow(hostname)).to.be.true)
  }

  const refused = [
    'example.com',
    'a.docs.example.com',
    'docs.example.com.',
    'docs.example.com.evil.example',
    'example.org',
    '.example.org',
    'evil-example.org',
    'badexample.org',
    '203.0.113.70',
    '',
  ]
  for (const hostname of refused) {
    it(`refuses ${JSON.stringify(hostname)}`, () => expect(rules.allow(hostname)).to.be.false)
  }

  const faults = [
    '*',
    '*.',
    '*.com',
    '*.203.0',
    '*.203.0.113.7',
    'a.*.example',
    'https://a.example',
    'a.example:443',
    'a.example/x',
    'a b',
    'u@a.example',
    '',
  ]
  for (const rule of faults) {
    it(`takes no rule ${JSON.stringify(rule)}`, () => expect(() => parseHostRules([rule])).to.throw('allowedHosts'))
  }
})
