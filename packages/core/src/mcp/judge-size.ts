import type { Ending } from './ending.ts'
import { blandResult } from './plugin-failure.ts'

/** An ending as it leaves. */
export interface Measured {
  readonly ending: Ending
  readonly json: string
  /** Of what the tool answered, if it can be told. */
  readonly bytes: number | undefined
}

/** Measures what a call ends with, and puts a bland result in the place of one that is too large or no JSON. */
export function judgeSize(ending: Ending, limit: number, requestId: string): Measured {
  try {
    const json = JSON.stringify(ending.result)
    const bytes = Buffer.byteLength(json)
    if (bytes <= limit) return { ending, json, bytes }
    const error = new Error(`the result has ${String(bytes)} bytes, more than ${String(limit)}`)
    return instead(
      { outcome: 'too-large', result: blandResult('The tool answered too much.', requestId), error },
      bytes,
    )
  } catch (error) {
    return instead({ outcome: 'failed', result: blandResult('The tool failed.', requestId), error })
  }
}

function instead(ending: Ending, bytes?: number): Measured {
  return { ending, json: JSON.stringify(ending.result), bytes }
}
