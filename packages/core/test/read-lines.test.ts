import { expect } from 'chai'
import { Readable } from 'node:stream'
import { readLines } from '../src/stdio/read-lines.ts'

async function linesOf(chunks: readonly string[], limit = 5): Promise<readonly (string | undefined)[]> {
  const lines: (string | undefined)[] = []
  const input = Readable.from(
    chunks.map((chunk) => Buffer.from(chunk)),
    { objectMode: true },
  ) as AsyncIterable<Buffer>
  for await (const line of readLines(input, limit)) lines.push(line?.toString())
  return lines
}

const vectors: readonly (readonly [what: string, chunks: readonly string[], lines: readonly (string | undefined)[]])[] =
  [
    ['nothing', [], []],
    ['lines of one chunk', ['a\nbc\n'], ['a', 'bc']],
    ['a line of several chunks', ['a', 'b', 'c\nd', '\n'], ['abc', 'd']],
    ['a last line without an end', ['a\nb'], ['a', 'b']],
    ['empty lines', ['\n\n', '\n'], ['', '', '']],
    ['a line of the limit', ['12345\n12', '345', '\n'], ['12345', '12345']],
    ['a line beyond it, once, and what comes after', ['123456\na\n'], [undefined, 'a']],
    ['a line beyond it that goes on and on', ['1234', '56', '789', '0\nab', '\n'], [undefined, 'ab']],
    ['a line beyond it that never ends', ['1234567', '89'], [undefined]],
    ['two lines beyond it', ['1234567\n1234567\n'], [undefined, undefined]],
    ['an end that falls between chunks', ['12345', '\n', '1\n'], ['12345', '1']],
  ]

describe('the lines of a stream', () => {
  for (const [what, chunks, lines] of vectors) {
    it(`are cut out of ${what}`, async () => {
      expect(await linesOf(chunks)).to.deep.equal(lines)
    })
  }

  it('are told to be too long before they end', async () => {
    let asked = 0
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        asked++
        yield await Promise.resolve(Buffer.from('xxxx'))
      }
    }
    for await (const line of readLines(endless(), 5)) {
      expect(line).to.equal(undefined)
      break
    }
    expect(asked).to.equal(2)
  })
})
