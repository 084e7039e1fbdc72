import type { EventEntry } from '@toolgate/audit'
import type { AuthorityEvent } from '@toolgate/authority'

/** An event of the embedded authorization server in the form of the audit. */
export function toAuditEvent(event: AuthorityEvent): EventEntry {
  const { type, at } = event
  return {
    name: type,
    user: 'user' in event ? event.user : undefined,
    client: 'clientId' in event ? `${event.clientName ?? ''} ${event.clientId}`.trim() : undefined,
    scopes: 'scopes' in event ? scopesOf(event.scopes) : undefined,
    address: 'address' in event ? event.address : undefined,
    reason: 'reason' in event ? event.reason : undefined,
    // The record's own time is when it was written: later, if the host did not run.
    detail: [`at ${new Date(at).toISOString()}`, ...detailsOf(event)].join(' '),
  }
}

function scopesOf(scopes: readonly string[] | 'all'): readonly string[] {
  return scopes === 'all' ? ['(every scope)'] : scopes
}

function detailsOf(event: AuthorityEvent): readonly string[] {
  return [
    ...('subject' in event ? [`subject ${event.subject}`] : []),
    ...('grantId' in event ? [`grant ${event.grantId}`] : []),
    ...('redirectHost' in event ? [`redirect ${event.redirectHost}`] : []),
    ...('change' in event ? [`changed ${event.change}`] : []),
    ...('leftOut' in event && event.leftOut.length > 0 ? [`left out ${event.leftOut.join(' ')}`] : []),
  ]
}
