import { Transform, type TransformCallback } from 'node:stream'

const endOfHead = Buffer.from('\r\n\r\n')
/** The bytes are no requests that the inserter can tell apart. */
export class FramingError extends Error {
  override readonly name = 'FramingError'
}

/** Bytes that the head of one request may take. */
const largestHead = 65_536

/**
 * The bytes of HTTP/1.1 requests (RFC 9112), with one header line added after each request line and nothing else changed: no
 * name, no case, no white space. A request that brings an `Authorization` of its own passes as it is.
 *
 * It reads only what tells one request from the next, so it takes no chunked bodies: the stream fails on one, with a {@link FramingError}.
 */
export class AuthorizationInserter extends Transform {
  readonly #line: Buffer
  #held: Buffer = Buffer.alloc(0)
  /** Bytes of the current body that are still to come. */
  #body = 0

  /** @param authorization value of the header */
  constructor(authorization: string) {
    super()
    this.#line = Buffer.from(`Authorization: ${authorization}\r\n`)
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      this.#read(chunk)
      done()
    } catch (error) {
      done(error as Error)
    }
  }

  override _flush(done: TransformCallback): void {
    this.push(this.#held)
    done()
  }

  #read(chunk: Buffer): void {
    let rest = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    while (rest.length > 0) {
      if (this.#body > 0) {
        const part = rest.subarray(0, this.#body)
        this.push(part)
        this.#body -= part.length
        rest = rest.subarray(part.length)
        continue
      }
      const end = rest.indexOf(endOfHead)
      if (end === -1) {
        if (rest.length > largestHead) throw new FramingError('the head of a request has no end')
        break
      }
      const head = rest.subarray(0, end + endOfHead.length)
      this.#passHead(head)
      rest = rest.subarray(head.length)
    }
    this.#held = Buffer.from(rest)
  }

  #passHead(head: Buffer): void {
    const [, ...lines] = head.toString('latin1').split('\r\n')
    const valuesOf = (name: string) =>
      lines.flatMap((line) => {
        const colon = line.indexOf(':')
        return line.slice(0, colon).toLowerCase() === name ? [line.slice(colon + 1).trim()] : []
      })
    if (valuesOf('transfer-encoding').length > 0) throw new FramingError('a request has a transfer encoding')
    const [length = '0', ...others] = valuesOf('content-length')
    if (others.length > 0 || !/^\d+$/.test(length)) throw new FramingError('a request has no readable Content-Length')
    this.#body = Number(length)
    const start = head.indexOf('\r\n') + 2
    this.push(head.subarray(0, start))
    if (valuesOf('authorization').length === 0) this.push(this.#line)
    this.push(head.subarray(start))
  }
}
