import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { AuditError } from './errors.ts'

const NEWLINE = 0x0a

/** One line of a file, as bytes are: `text` is undefined if they are no UTF-8. */
export interface FileLine {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly text: string | undefined
  /** Whether a newline ends it. */
  readonly whole: boolean
}

/**
 * The lines of a file.
 *
 * @throws AuditError `unreadable`
 */
export async function* readLines(file: string): AsyncGenerator<FileLine, void> {
  let line = 0
  let rest: Buffer[] = []
  const take = (last: Buffer, whole: boolean): FileLine => {
    const bytes = Buffer.concat([...rest, last])
    rest = []
    line += 1
    return { file, line, text: isUtf8(bytes) ? bytes.toString() : undefined, whole }
  }
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 262_144 }) as AsyncIterable<Buffer>) {
      let start = 0
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
        yield take(chunk.subarray(start, end), true)
        start = end + 1
      }
      if (start < chunk.length) rest.push(chunk.subarray(start))
    }
  } catch (cause) {
    throw new AuditError('unreadable', `${file} cannot be read: ${String(cause)}`, { cause })
  }
  if (rest.length > 0) yield take(Buffer.alloc(0), false)
}
