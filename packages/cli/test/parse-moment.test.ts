import { expect } from 'chai'
import { parseMoment } from '../src/parse-moment.ts'

describe('parseMoment', () => {
  const now = Date.parse('2026-02-01T00:00:00Z')
  const vectors: Record<string, string> = {
    '2h': '2026-01-31T22:00:00.000Z',
    '30d': '2026-01-02T00:00:00.000Z',
    '2026-01-31': '2026-01-31T00:00:00.000Z',
    '2026-01-31T12:30': '2026-01-31T12:30:00.000Z',
    '2026-01-31T12:30:15.5Z': '2026-01-31T12:30:15.500Z',
    '2026-01-31T12:00:00+02:00': '2026-01-31T10:00:00.000Z',
  }
  for (const [text, moment] of Object.entries(vectors)) {
    it(`reads ${text}`, () => {
      expect(parseMoment(text, now).toISOString()).to.equal(moment)
    })
  }
  for (const text of ['', 'yesterday', '0h', '2026-13-01', '2026-01-31 12:00', '1', '2026']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(() => parseMoment(text, now))
        .to.throw()
        .with.property('code', 'usage')
    })
  }
})
