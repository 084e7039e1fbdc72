import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An introspection endpoint that says what a test has it say. */
export interface TellingIssuer {
  /** The settings of an issuer of a host that asks it. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly environment: Readonly<Record<string, string>>
  /** Says these members of a token beside those of a good one; undefined takes one away. Of any other it says that it is not active. */
  tell(token: string, members: Readonly<Record<string, unknown>>): void
  /** How often it was asked. */
  readonly questions: () => number
  /** Answers nobody before this settles. */
  hold(until: Promise<unknown>): void
  /** The status of its answers. */
  answerBy(status: number): void
  close(): Promise<void>
}

/** Starts one on loopback. */
export async function startTellingIssuer(): Promise<TellingIssuer> {
  const known = new Map<string, Readonly<Record<string, unknown>>>()
  let questions = 0
  let held: Promise<unknown> = Promise.resolve()
  let status = 200
  const server = createServer((request, response) => {
    if (request.url !== '/introspect') {
      response.writeHead(404).end()
      return
    }
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      questions++
      const token = new URLSearchParams(Buffer.concat(chunks).toString()).get('token') ?? ''
      void held.then(() => {
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(JSON.stringify(known.get(token) ?? { active: false }))
      })
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  return {
    settings: {
      issuer,
      jwksUri: `${issuer}/jwks`,
      introspection: { clientId: 'host', clientSecret: { $env: 'HOST_SECRET' }, endpoint: `${issuer}/introspect` },
    },
    environment: { HOST_SECRET: 'a-secret-of-the-host' },
    tell: (token, members) => known.set(token, { active: true, ...members }),
    questions: () => questions,
    hold(until) {
      held = until
    },
    answerBy: (next) => (status = next),
    close: () =>
      new Promise((done) => {
        server.close(() => {
          done()
        })
        server.closeAllConnections()
      }),
  }
}
