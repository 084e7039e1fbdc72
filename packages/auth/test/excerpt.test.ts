import { expect } from 'chai'
import { excerpt } from '../src/excerpt.ts'

describe('what a stranger wrote, in a log line', () => {
  const vectors: readonly (readonly [what: string, value: unknown, shown: string])[] = [
    ['is quoted as it is where it is printable', 'kid-1 (~)', '"kid-1 (~)"'],
    ['may be empty', '', '""'],
    ['holds no line break and no control character', 'a\nb\r\u0000\u001b[31m\u007f', '"a?b???[31m?"'],
    ['holds no quote and no backslash that would end the quotation', 'a"b\\c', '"a?b?c"'],
    ['holds nothing beyond ASCII', 'é\u202e', '"??"'],
    ['is whole up to 80 characters', 'x'.repeat(80), `"${'x'.repeat(80)}"`],
    ['ends after 80 characters', `${'x'.repeat(80)}y`, `"${'x'.repeat(80)}..."`],
    ['is named by its type where it is a number', 7, 'a value of type number'],
    ['is named by its type where it is missing', undefined, 'a value of type undefined'],
    ['is named by its type where it is an object', ['a'], 'a value of type object'],
    ['is called null where it is null', null, 'a value of type null'],
  ]
  for (const [what, value, shown] of vectors) {
    it(what, () => {
      expect(excerpt(value)).to.equal(shown)
    })
  }
})
