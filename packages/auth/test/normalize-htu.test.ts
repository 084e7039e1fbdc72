import { expect } from 'chai'
import { normalizeHtu } from '../src/normalize-htu.ts'

const vectors: readonly [htu: unknown, normal: string | undefined][] = [
  ['https://tools.example/mcp', 'https://tools.example/mcp'],
  ['https://tools.example', 'https://tools.example/'],
  ['https://tools.example/mcp?x=1', 'https://tools.example/mcp'],
  ['https://tools.example/mcp#x?y', 'https://tools.example/mcp'],
  ['HTTPS://TOOLS.EXAMPLE/mcp', 'https://tools.example/mcp'],
  ['https://tools.example:443/mcp', 'https://tools.example/mcp'],
  ['http://127.0.0.1:80/mcp', 'http://127.0.0.1/mcp'],
  ['http://[::1]:8787/mcp', 'http://[::1]:8787/mcp'],
  ['https://tools.example/./a/../mcp', 'https://tools.example/mcp'],
  ['https://tools.example/%6D%63p', 'https://tools.example/mcp'],
  ['https://tools.example/a%2fb', 'https://tools.example/a%2Fb'],
  ['https://tools.example:80/mcp', 'https://tools.example:80/mcp'],
  ['http://0x7f.1/mcp', undefined],
  ['http://2130706433/mcp', undefined],
  ['https:tools.example/mcp', undefined],
  ['https:///tools.example/mcp', undefined],
  ['https:\\\\tools.example\\mcp', undefined],
  ['https://tools.example\\mcp', undefined],
  [' https://tools.example/mcp', undefined],
  ['https://tools.example/mcp\n', undefined],
  ['https://tools.exa\tmple/mcp', undefined],
  ['https://tools.example/m cp', undefined],
  ['https://user@tools.example/mcp', undefined],
  ['https://user:pass@tools.example/mcp', undefined],
  ['https://tools.example@attacker.example/mcp', undefined],
  ['ftp://tools.example/mcp', undefined],
  ['javascript:alert(1)', undefined],
  ['', undefined],
  ['?', undefined],
  [undefined, undefined],
  [null, undefined],
  [['https://tools.example/mcp'], undefined],
  [`https://tools.example/${'a'.repeat(2_026)}`, `https://tools.example/${'a'.repeat(2_026)}`],
  [`https://tools.example/${'a'.repeat(2_027)}`, undefined],
  ['http://[::1/mcp', undefined],
  ['https://tools.example:99999/mcp', undefined],
]

describe('normalizeHtu', () => {
  for (const [htu, normal] of vectors) {
    it(`makes ${String(normal)} of ${JSON.stringify([htu]).slice(1, -1).slice(0, 60)}`, () => {
      expect(normalizeHtu(htu)).to.equal(normal)
    })
  }
})
