import { printable } from '../printable.ts'

/** How bad it is: a client fails on a `fault`; a `warning` bites some clients, or later. */
export type Level = 'ok' | 'warning' | 'fault'

/** One thing that was looked at. */
export interface Finding {
  /** What was looked at: `challenge`, `keys`. */
  readonly check: string
  readonly level: Level
  /** What was seen, a sentence. */
  readonly seen: string
  /** What to do about it; empty where it is well. */
  readonly mend: string
}

/** Characters of a sentence: what a stranger's server says may be long. */
const longest = 600

/** It is as a client needs it. */
export function ok(check: string, seen: string): Finding {
  return finding(check, 'ok', seen, '')
}

/** Some clients will stumble, or all of them one day. */
export function warning(check: string, seen: string, mend: string): Finding {
  return finding(check, 'warning', seen, mend)
}

/** A client fails here. */
export function fault(check: string, seen: string, mend: string): Finding {
  return finding(check, 'fault', seen, mend)
}

/** The one place where findings are made: what others wrote goes through here, and nothing of it moves a cursor. */
function finding(check: string, level: Level, seen: string, mend: string): Finding {
  return { check, level, seen: plain(seen), mend: plain(mend) }
}

function plain(text: string): string {
  const line = printable(text.replaceAll(/\s+/g, ' '))
  return line.length > longest ? `${line.slice(0, longest)}…` : line
}
