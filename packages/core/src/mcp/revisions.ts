/** The stateless revision: no initialize, `_meta` and mirrored headers with every request. */
export const modernRevision = '2026-07-28'

/** Revisions with an initialize exchange, newest first. */
export const legacyRevisions: readonly string[] = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05']

/** The one revision with JSON-RPC batches, and the one that a client without a version header speaks. */
export const batchRevision = '2025-03-26'

/** Everything that is spoken here. */
export const supportedRevisions: readonly string[] = [modernRevision, ...legacyRevisions]
