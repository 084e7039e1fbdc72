import { expect } from 'chai'
import fc from 'fast-check'
import { decisionRecord, eventRecord, outcomeRecord, serializeRecord } from '../src/serialize-record.ts'
import { decisionEntry } from './support/workspace.ts'

const time = '2026-01-01T00:00:00.000Z'
const token = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl-_'

describe('serializeRecord', () => {
  it('replaces what looks like a token, wherever it stands', () => {
    const lines = [
      decisionRecord(decisionEntry({ tool: token, held: [`x ${token} y`], requirement: [[token]] }), time),
      decisionRecord(decisionEntry({ clientName: `Bearer ${token}`, subject: token, reason: `a${token}` }), time),
      eventRecord({ name: 'authentication-refused', detail: `\u001e${token}`, user: token.slice(0, 40) }, time),
    ].map((record) => serializeRecord(record))
    for (const line of lines) {
      expect(line).not.to.match(/eyJ|c2lnbmF0/)
      expect(JSON.parse(line)).to.be.an('object')
    }
    expect((JSON.parse(lines[0] ?? '') as { held: string[] }).held).to.deep.equal(['x [redacted] y'])
  })

  it('leaves a name alone that merely has those letters', () => {
    expect(serializeRecord(decisionRecord(decisionEntry({ tool: 'heyJoe' }), time))).to.contain('"heyJoe"')
  })

  it('redacts a token that the bound cuts through', () => {
    const line = serializeRecord(decisionRecord(decisionEntry({ tool: 'x'.repeat(240) + token }), time))
    expect(line).not.to.contain('eyJ')
  })

  it('writes known fields alone', () => {
    const stray = { ...decisionEntry(), arguments: { secret: 'hunter2' }, token: 'opaque' }
    expect(serializeRecord(decisionRecord(stray, time))).not.to.match(/hunter2|opaque/)
  })

  it('is one bounded line of JSON, whatever the strings are', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constant('\n'), fc.constant('\u2028'.repeat(20_000)))
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 100 }), (string, strings) => {
        const lines = [
          decisionRecord(
            decisionEntry({ tool: string, subject: string, held: strings, requirement: [strings], missing: strings }),
            time,
          ),
          outcomeRecord(
            { requestId: string, outcome: 'ok', durationMs: 1, correlationId: string, missing: [string] },
            time,
          ),
          eventRecord({ name: string, scopes: strings, detail: string }, time),
        ].map((record) => serializeRecord(record))
        for (const line of lines) {
          expect(line).not.to.contain('\n')
          expect(line.length).to.be.lessThan(400_000)
          expect(JSON.parse(line)).to.have.property('time', time)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('says how many items of a long list it left out', () => {
    const held = Array.from({ length: 70 }, (_, index) => `scope-${index}`)
    const record = decisionRecord(decisionEntry({ held }), time)
    expect(record.held).to.have.length(65)
    expect(record.held.at(-1)).to.equal('… 6 more')
  })
})
