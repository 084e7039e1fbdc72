import { isLoopbackHost, issuerMetadataUrls } from '@toolgate/auth'
import { jsonObject } from './json-object.ts'
import type { IssuerObservation } from './observation.ts'
import type { Probe } from './probe.ts'

/** How an issuer is looked at. */
export interface IssuerVisit {
  readonly probe: Probe
  /** The host is on this machine: only then may its issuer be. A stranger's document must not point us at our own ports. */
  readonly fromLoopback: boolean
  /** Where the host takes the keys from, if its configuration says so. */
  readonly jwksUri: string | undefined
}

const forms = ['RFC 8414', 'OpenID Connect'] as const

/** Looks at an issuer: both places of its metadata, then its keys. */
export async function observeIssuer(issuer: string, visit: IssuerVisit): Promise<IssuerObservation> {
  const nothing = { issuer, documents: [], metadata: undefined, keys: undefined }
  const refused = whyNot(issuer, visit)
  if (refused !== undefined) return { ...nothing, refused }
  const answers = await Promise.all(issuerMetadataUrls(issuer).map((url) => visit.probe(url)))
  const documents = answers.map((answer, index) => {
    const form = forms[index] ?? 'OpenID Connect'
    return { form, answer, document: jsonObject(answer) }
  })
  const metadata = documents.map(({ document }) => document).find((each) => typeof each !== 'string')
  const jwksUri = visit.jwksUri ?? metadata?.['jwks_uri']
  return { issuer, refused: undefined, documents, metadata, keys: await keysOf(jwksUri, visit) }
}

async function keysOf(jwksUri: unknown, visit: IssuerVisit): Promise<IssuerObservation['keys']> {
  if (typeof jwksUri !== 'string') return undefined
  const refused = whyNot(jwksUri, visit)
  return { url: jwksUri, document: refused ?? jsonObject(await visit.probe(jwksUri)) }
}

function whyNot(address: string, { fromLoopback }: IssuerVisit): string | undefined {
  if (!URL.canParse(address)) return 'is no URL'
  const { protocol, hostname, username, password } = new URL(address)
  if (username !== '' || password !== '') return 'holds credentials'
  const onLoopback = isLoopbackHost(hostname)
  if (protocol !== 'https:' && !(protocol === 'http:' && onLoopback)) return 'is not https'
  if (onLoopback && !fromLoopback) return 'is on loopback, which other machines cannot reach'
  return undefined
}
