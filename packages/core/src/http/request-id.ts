import { randomUUID } from 'node:crypto'

/** A UUID by which log and audit speak of a request. */
export function newRequestId(): string {
  const id = randomUUID()
  // Reading it makes one text of the twenty that it was put together of, and a stream holds it for as long as it lasts.
  id.charCodeAt(0)
  return id
}
