import { createHash, randomBytes } from 'node:crypto'
import type { DpopKey } from './dpop-key.ts'
import type { Person } from './person.ts'
import { send, type WireAnswer } from './wire.ts'

const redirectUri = 'http://127.0.0.1:3118/callback'

/** A public client with a key of its own, at the embedded authorization server of a host. */
export interface DpopClient {
  /**
   * Has a person sign in and consent, and redeems the code with a proof.
   *
   * @param proof made by the client's key unless another is given; undefined sends none
   */
  signIn(person: Person, scope: string, proof?: () => Promise<string | undefined>): Promise<WireAnswer>
}

/** Registers a client. */
export async function registerDpopClient(
  { origin, url: resource }: { readonly origin: string; readonly url: string },
  key: DpopKey,
): Promise<DpopClient> {
  const registered = await send(origin, {
    method: 'POST',
    path: '/register',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' }),
  })
  const who = { client_id: String(registered.json().client_id), redirect_uri: redirectUri }
  const verifier = randomBytes(32).toString('base64url')
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  return {
    async signIn(person, scope, proof = () => key.proof({ url: `${origin}/token` })) {
      const asked = { code_challenge: challenge, code_challenge_method: 'S256', scope, resource }
      const parameters = new URLSearchParams({ response_type: 'code', ...who, ...asked })
      const arrival = await person.visit(new URL(`${origin}/authorize?${parameters.toString()}`))
      const code = arrival.searchParams.get('code') ?? ''
      const body = new URLSearchParams({ grant_type: 'authorization_code', ...who, code, code_verifier: verifier })
      const headers = { 'content-type': 'application/x-www-form-urlencoded', dpop: await proof() }
      return send(origin, { method: 'POST', path: '/token', headers, body: body.toString() })
    },
  }
}
