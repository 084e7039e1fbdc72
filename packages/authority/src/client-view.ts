import type { Client } from 'oidc-provider'

import type { ClientView } from './pages/client-card.ts'
import { redirectHostOf, redirectKindOf } from './redirect-uri.ts'

const MAX_NAME_LENGTH = 60

/** Hosts up to this length fit on one line of a phone. */
const LONG_HOST = 22

/** A client's name for people: one line, no control, format or direction characters, at most 60 of the rest. */
export function displayNameOf(name: string | undefined): string {
  const plain = (name ?? '')
    .replace(/\s+/gu, ' ')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .trim()
  if (plain === '') return 'nothing'
  const characters = Array.from(plain)
  return characters.length > MAX_NAME_LENGTH ? `${characters.slice(0, MAX_NAME_LENGTH - 1).join('')}…` : plain
}

/** The client of an authorization request, as the pages show it. */
export function clientViewOf(client: Client, redirectUri: string): ClientView {
  const uris = client.redirectUris ?? []
  const redirectHost = redirectHostOf(redirectUri)
  return {
    redirectHost,
    redirectHostParts: redirectHost.length > LONG_HOST ? redirectHost.split(/(?<=\.)/) : [redirectHost],
    name: displayNameOf(client.clientName),
    documentHost: client.clientId.startsWith('https://') ? URL.parse(client.clientId)?.host : undefined,
    isOnDevice: uris.every((uri) => redirectKindOf(uri) !== 'web'),
  }
}
