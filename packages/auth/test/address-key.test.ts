import { expect } from 'chai'
import { addressKeyOf } from '../src/address-key.ts'

describe('the address that limits are counted by', () => {
  for (const [address, key] of [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.10', '192.0.2.10'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['2001:db8::1:2:3:4:5', '2001:db8:0:1::/64'],
    ['fe80::', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['::2:3:4:5:6:7', '0:0:2:3::/64'],
    ['::ffff:a:b', '0:0:0:0::/64'],
    ['64:ff9b::ffff:1', '64:ff9b:0:0::/64'],
    ['64:ff9b::ffff:192.0.2.1', '64:ff9b:0:0::/64'],
    ['2001:db8:1:2:3:4:192.0.2.1', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:3:4:5::', '2001:db8:1:2::/64'],
    ['2001:db8:1::', '2001:db8:1:0::/64'],
    ['not an address', 'not an address'],
    ['x::y', 'x::y'],
    ['', ''],
  ] as const) {
    it(`is ${JSON.stringify(key)} for ${JSON.stringify(address)}`, () => {
      expect(addressKeyOf(address)).to.equal(key)
    })
  }
})
