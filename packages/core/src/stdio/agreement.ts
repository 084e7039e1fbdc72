import { rpcCode, rpcRefusal } from '../errors.ts'
import { toEnvelope, type Envelope } from '../mcp/envelope.ts'
import type { ClientFacts } from '../sessions/client-session.ts'

/**
 * One parsed body to its envelope, on a connection. What carries the envelope of 2026-07-28 stands for itself; everything
 * else speaks the revision that `initialize` settled, and only `ping` may come before that (lifecycle of 2025-11-25 and earlier).
 *
 * @throws Refusal -32600, and as `toEnvelope`
 */
export function envelopeOn(agreement: ClientFacts | undefined, body: unknown): Envelope {
  const envelope = toEnvelope(body, { revision: agreement?.revision })
  if (envelope.classification.era === 'modern') return envelope
  const [first] = envelope.requests
  const id = envelope.batch ? null : (first?.id ?? null)
  if (isInitialize(envelope)) {
    if (agreement !== undefined) throw invalid('initialize may be sent once', id)
    return envelope
  }
  const early = envelope.batch || envelope.requests.some(({ method }) => method !== 'ping')
  if (agreement === undefined && early) {
    throw invalid('initialize comes first, or the _meta of 2026-07-28 with every request', id)
  }
  return envelope
}

/** Whether an envelope opens a connection. */
export function isInitialize({ classification, requests }: Envelope): boolean {
  return classification.era === 'legacy' && requests[0]?.method === 'initialize'
}

/** What an `initialize` settles once it was answered with a result. */
export function agreementOf({ revision, requests }: Envelope): ClientFacts {
  const { clientInfo, capabilities } = requests[0]?.params ?? {}
  const { name, version } = objectOf(clientInfo)
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
  return { revision, capabilities: objectOf(capabilities), client: { name: text(name), version: text(version) } }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}

function invalid(why: string, id: string | number | null): Error {
  return rpcRefusal({ status: 400, code: rpcCode.invalidRequest, message: `Invalid request: ${why}`, id })
}
