import { expect } from 'chai'
import { isPublicAddress } from '../src/public-address.ts'

describe('isPublicAddress', () => {
  for (const address of ['8.8.8.8', '1.1.1.1', '93.184.216.34', '2606:4700::1111', '2a00:1450:4001::64']) {
    it(`takes ${address}`, () => expect(isPublicAddress(address)).to.be.true)
  }

  const special: Readonly<Record<string, string>> = {
    '0.0.0.0': 'this host',
    '10.1.2.3': 'private',
    '100.64.0.1': 'shared',
    '127.0.0.1': 'loopback',
    '127.255.255.254': 'loopback',
    '168.63.129.16': 'Azure platform',
    '169.254.169.254': 'link-local, metadata',
    '172.31.255.255': 'private',
    '192.0.0.170': 'protocol assignments',
    '192.0.2.1': 'documentation',
    '192.88.99.1': '6to4 relay',
    '192.168.1.1': 'private',
    '198.19.0.1': 'benchmarking',
    '203.0.113.1': 'documentation',
    '224.0.0.1': 'multicast',
    '240.0.0.1': 'reserved',
    '255.255.255.255': 'broadcast',
    '::': 'unspecified',
    '::1': 'loopback',
    '::8.8.8.8': 'IPv4-compatible',
    '::ffff:8.8.8.8': 'IPv4-mapped',
    '::ffff:7f00:1': 'IPv4-mapped loopback',
    '::ffff:0:8.8.8.8': 'IPv4-translated',
    '64:ff9b::7f00:1': 'NAT64',
    '64:ff9b::8.8.8.8': 'NAT64',
    '64:ff9b:1::1': 'local NAT64',
    '100::1': 'discard',
    '2001::1': 'Teredo',
    '2001:2::1': 'benchmarking',
    '2001:20::1': 'ORCHID',
    '2001:db8::1': 'documentation',
    '2002:7f00:1::': '6to4',
    '3fff::1': 'documentation',
    '4000::1': 'not assigned',
    '5f00::1': 'segment routing',
    'fc00::1': 'unique local',
    'fd12:3456::1': 'unique local',
    'fe80::1': 'link-local',
    'fe80::1%eth0': 'link-local with a zone',
    'fec0::1': 'site-local',
    'ff02::1': 'multicast',
    '': 'no address',
    localhost: 'no address',
  }
  for (const [address, what] of Object.entries(special)) {
    it(`refuses ${JSON.stringify(address)} (${what})`, () => expect(isPublicAddress(address)).to.be.false)
  }
})
