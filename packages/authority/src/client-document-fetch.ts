import type { AttemptLimit } from './attempt-limit.ts'
import { resolveClientMetadata } from './client-metadata.ts'

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * The provider's way out: client id metadata documents (draft-ietf-oauth-client-id-metadata-document-02) and the key sets
 * that they name. A document is reduced like a registration before the provider sees it; one that names secrets is left
 * as it is, and the provider refuses it.
 *
 * @param limit counts every fetch, whoever causes it
 */
export function createClientDocumentFetch(fetchDocument: typeof fetch, limit: AttemptLimit): typeof fetch {
  return async (input, init) => {
    if (limit.take('all') > 0) throw new TypeError('too many documents are being fetched')
    const response = await fetchDocument(input, init)
    if (response.status !== 200) return response
    const text = await response.text()
    const document = parse(text)
    // The same way out serves key sets, which have no client id.
    if (!isRecord(document) || document['client_id'] === undefined) return new Response(text, response)
    if ('client_secret' in document || 'client_secret_expires_at' in document) return new Response(text, response)
    const resolved = resolveClientMetadata({ token_endpoint_auth_method: 'none', ...document })
    if ('fault' in resolved) throw new TypeError(resolved.fault.description)
    return new Response(JSON.stringify(resolved.metadata), { status: 200, headers: response.headers })
  }
}
