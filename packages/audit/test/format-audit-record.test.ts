import { expect } from 'chai'
import { formatAuditRecord } from '../src/index.ts'
import { decisionEntry } from './support/workspace.ts'

const time = '2026-01-01T00:00:00.000Z'

describe('formatAuditRecord', () => {
  it('says who was refused what, and why', () => {
    const entry = decisionEntry({
      effect: 'deny',
      missing: ['notes:write', 'notes:admin'],
      reason: 'scopes are missing',
    })
    expect(formatAuditRecord({ type: 'decision', time, ...entry })).to.equal(
      '2026-01-01T00:00:00.000Z  decision  deny  notes_search  alice@https://issuer.example  via a client  ' +
        'missing notes:write notes:admin  (scopes are missing)  request-1',
    )
  })

  it('says what came of a call', () => {
    expect(
      formatAuditRecord({ type: 'outcome', time, requestId: 'r', outcome: 'ok', durationMs: 2.5, resultBytes: 12 }),
    ).to.equal('2026-01-01T00:00:00.000Z  outcome   ok  2.5 ms  12 bytes  r')
    expect(
      formatAuditRecord({
        type: 'outcome',
        time,
        requestId: 'r',
        outcome: 'failed',
        durationMs: 1,
        correlationId: 'c',
      }),
    ).to.equal('2026-01-01T00:00:00.000Z  outcome   failed  1 ms  correlation c  r')
    const missing = ['notes:private']
    expect(
      formatAuditRecord({
        type: 'outcome',
        time,
        requestId: 'r',
        outcome: 'insufficient-scope',
        durationMs: 1,
        missing,
      }),
    ).to.equal('2026-01-01T00:00:00.000Z  outcome   insufficient-scope  1 ms  missing notes:private  r')
  })

  it('says what happened', () => {
    expect(
      formatAuditRecord({
        ...{ type: 'event', time, name: 'sign-in-refused', user: 'alice', client: 'client-1', scopes: ['a', 'b'] },
        ...{ address: '192.0.2.7', reason: 'wrong-password', detail: 'third time', requestId: 'r' },
      }),
    ).to.equal(
      '2026-01-01T00:00:00.000Z  event     sign-in-refused  user alice  client client-1  scopes a b  from 192.0.2.7  ' +
        '(wrong-password)  third time  r',
    )
  })

  it('plays no tricks on a terminal', () => {
    const formatted = formatAuditRecord({ type: 'event', time, name: 'a\u001b[2Jb\nc\u202ed\u2028e\u009bf' })
    expect(formatted).to.match(/a�\[2Jb�c�d�e�f$/)
  })
})
