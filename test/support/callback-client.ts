import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A client on this machine with a page of its own, to which a real browser is sent back. */
export interface CallbackClient {
  /** Where a person begins: the authorization request for these scopes, with further parameters. */
  authorizationUrl(scope: string, further?: Readonly<Record<string, string>>): string
  /** Redeems the code of the page that the browser arrived at; the scopes of the token. */
  redeem(arrival: string): Promise<readonly string[]>
  /** Redeems the code; the access token. */
  redeemToken(arrival: string): Promise<string>
  close(): Promise<void>
}

/** Registers a client with the authorization server of a host. */
export async function registerCallbackClient(
  { origin, url: resource }: { readonly origin: string; readonly url: string },
  clientName: string,
): Promise<CallbackClient> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end('<!doctype html><html lang="en"><title>Arrived</title><h1>Arrived</h1></html>')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const redirectUri = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/callback`
  const registered = await fetch(`${origin}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: clientName,
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'none',
    }),
  })
  const { client_id: clientId } = (await registered.json()) as { readonly client_id: string }
  const verifier = randomBytes(32).toString('base64url')
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const proof = { code_challenge: challenge, code_challenge_method: 'S256' }
  const who = { client_id: clientId, redirect_uri: redirectUri }
  const tokenOf = async (arrival: string) => {
    const code = new URL(arrival).searchParams.get('code') ?? ''
    const body = new URLSearchParams({ grant_type: 'authorization_code', ...who, code, code_verifier: verifier })
    const answer = await fetch(`${origin}/token`, { method: 'POST', body })
    return (await answer.json()) as { readonly scope?: string; readonly access_token?: string }
  }
  return {
    authorizationUrl(scope, further = {}) {
      const parameters = new URLSearchParams({ response_type: 'code', ...who, ...proof, scope, resource, ...further })
      return `${origin}/authorize?${parameters.toString()}`
    },
    redeem: async (arrival) => ((await tokenOf(arrival)).scope ?? '').split(' ').sort(),
    redeemToken: async (arrival) => (await tokenOf(arrival)).access_token ?? '',
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
