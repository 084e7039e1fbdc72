/** Whether a message answers a request of the host's: an answer is never answered, whatever is wrong with it. */
export function isResponse(body: unknown): boolean {
  return isObject(body) && !('method' in body) && ('result' in body || 'error' in body)
}

/** Whether a message says by its form that nobody waits for an answer (JSON-RPC 2.0 section 4.1). */
export function isNotification(body: unknown): boolean {
  return isObject(body) && typeof body['method'] === 'string' && !Object.hasOwn(body, 'id')
}

/** The ids that `notifications/cancelled` names, of a message or of the messages of a batch. */
export function cancelledIds(body: unknown): readonly (string | number)[] {
  return (Array.isArray(body) ? (body as readonly unknown[]) : [body]).flatMap((message) => {
    if (!isObject(message) || !isNotification(message) || message['method'] !== 'notifications/cancelled') return []
    const { params } = message
    const id = isObject(params) ? params['requestId'] : undefined
    return typeof id === 'string' || typeof id === 'number' ? [id] : []
  })
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
