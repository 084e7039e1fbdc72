import { createServer, request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'

/** An answer on its way through a relay. */
export interface RelayedAnswer {
  status: number
  headers: OutgoingHttpHeaders
  body: string
}

/** What a relay does to an answer. */
export type Alter = (answer: RelayedAnswer, request: IncomingMessage) => void

/** A real proxy in front of a host, on a port of its own, which passes everything on but for what it is told to alter. */
export interface Relay {
  alter(change: Alter): void
  close(): Promise<void>
}

/** Starts one on `port`, in front of `target`. */
export async function startRelay(port: number, target: number): Promise<Relay> {
  let change: Alter = () => undefined
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming
    const passed = request({ host: '127.0.0.1', port: target, method, path: url, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const whole = {
          status: answer.statusCode ?? 0,
          headers: { ...answer.headers },
          body: Buffer.concat(chunks).toString(),
        }
        change(whole, incoming)
        delete whole.headers['content-length']
        delete whole.headers['transfer-encoding']
        outgoing.writeHead(whole.status, whole.headers).end(whole.body)
      })
    })
    passed.on('error', () => outgoing.destroy())
    incoming.pipe(passed)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    alter: (next) => (change = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}
