import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

/** The client as which hosts ask about tokens. */
export const CLIENT_ID = 'bench-host'
/** Its secret, which hosts take from their environment. */
export const CLIENT_SECRET = 'bench-secret'

/** The introspection endpoint of an issuer, with the tokens that it knows. */
export interface Introspection {
  /** Hands out an opaque token that stands for some claims. */
  makeToken(claims: object): string
  /** Answers what RFC 7662 section 2.2 says, to the client alone. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>
  /** How many tokens were asked about so far, the same ones again included. */
  questions(): number
}

/** Makes an {@link Introspection}. */
export function createIntrospection(): Introspection {
  const tokens = new Map<string, object>()
  const authorization = `Basic ${Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64')}`
  let questions = 0
  return {
    makeToken(claims) {
      const token = randomBytes(32).toString('base64url')
      tokens.set(token, claims)
      return token
    },
    async answer(request, response) {
      const form = new URLSearchParams(await text(request))
      if (request.headers.authorization !== authorization) {
        response.writeHead(401).end('{"error":"invalid_client"}')
        return
      }
      questions += 1
      const claims = tokens.get(form.get('token') ?? '')
      response.end(JSON.stringify({ active: claims !== undefined, ...claims }))
    },
    questions: () => questions,
  }
}
