import type { Readable } from 'node:stream'

/** The headers of a stream of events that no proxy may hold back or keep. */
export const eventStreamHeaders = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
} as const

/** Answers with a stream of events that no proxy may hold back or keep. */
export function writeStream(
  context: { status: number; body: unknown; set(headers: Readonly<Record<string, string>>): void },
  stream: Readable,
): void {
  context.status = 200
  context.set(eventStreamHeaders)
  context.body = stream
}
