import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'

const named = /^w(\d{1,15})\.[A-Za-z0-9_-]{43}$/

/** Begins the ids of a worker's sessions. */
export function sessionPrefix(worker: number): string {
  return `w${String(worker)}.`
}

/** The worker that the session of a request belongs to, by the id alone; undefined if it names none. */
export function sessionOwner({ headers }: IncomingMessage): number | undefined {
  const id = headers['mcp-session-id']
  const [, worker] = typeof id === 'string' ? (named.exec(id) ?? []) : []
  return worker === undefined ? undefined : Number(worker)
}

/** The socket of a worker, for requests of its sessions that came to another. */
export function socketOf(folder: string, worker: number): string {
  return join(folder, `w${String(worker)}.sock`)
}
