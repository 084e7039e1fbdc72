import type { Writable } from 'node:stream'

/** Bytes that may wait for a slow reader before nothing more is taken from it. */
const mostWaiting = 1_048_576

/** The way out: one JSON value a line. */
export interface LineWriter {
  /** @param taken told once the system has it; never, if nobody reads any more */
  write(json: string, taken?: () => void): void
  /** Whether as much waits as may wait. */
  readonly full: boolean
  /** Settles when less waits than may wait, or nobody reads any more; undefined if it is so. */
  drained(): Promise<void> | undefined
  /** Writes nothing more; settles when all was taken, or nobody reads any more. */
  end(): Promise<void>
  /** Aborts when nobody reads any more. */
  readonly gone: AbortSignal
}

/** Makes the way out. Text that a JSON writer made holds no line end. */
export function createLineWriter(output: Writable): LineWriter {
  const gone = new AbortController()
  const leave = () => {
    gone.abort(new Error('the client reads no more'))
  }
  output.on('error', leave)
  output.on('close', leave)
  const isFull = () => output.writableLength >= mostWaiting
  return {
    get full() {
      return isFull()
    },
    gone: gone.signal,
    write(json, taken) {
      if (gone.signal.aborted || output.writableEnded) return
      output.write(`${json}\n`, (error) => {
        if (!error) taken?.()
      })
    },
    drained: () => (gone.signal.aborted || !isFull() ? undefined : untilEvent(output, 'drain', gone.signal)),
    end() {
      if (gone.signal.aborted || output.writableFinished) return Promise.resolve()
      const finished = untilEvent(output, 'finish', gone.signal)
      output.end()
      return finished
    },
  }
}

function untilEvent(output: Writable, event: 'drain' | 'finish', gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      output.off(event, settle)
      gone.removeEventListener('abort', settle)
      resolve()
    }
    output.on(event, settle)
    gone.addEventListener('abort', settle)
  })
}
