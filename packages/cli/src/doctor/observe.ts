import { isLoopbackHost, protectedResourceMetadataPaths, protectedResourceMetadataUrl } from '@toolgate/auth'
import { jsonObject, stringsOf } from './json-object.ts'
import type { LocalPolicy, Observation } from './observation.ts'
import { observeIssuer } from './observe-issuer.ts'
import type { Probe } from './probe.ts'

/** Issuers that are looked at: more than any client would try. */
const mostIssuers = 8

const question = {
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
  body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
} as const

/** Walks the way of a client from the MCP URL to the keys of every issuer. Sends no token. */
export async function observe(url: string, local: LocalPolicy | undefined, probe: Probe): Promise<Observation> {
  const { origin } = new URL(url)
  const [withPath, ...others] = protectedResourceMetadataPaths(url).map((path) => `${origin}${path}`)
  const places = [...new Set([protectedResourceMetadataUrl(url), ...(withPath === undefined ? [] : others)])]
  const [unauthorized, foreignOrigin, legacy, ...metadata] = await Promise.all([
    probe(url, question),
    probe(url, { ...question, headers: { ...question.headers, origin: 'https://elsewhere.example' } }),
    probe(`${origin}/.well-known/oauth-authorization-server`),
    ...places.map((place) => probe(place)),
  ])
  const documents = metadata.map((answer) => ({ url: answer.url, answer, document: jsonObject(answer) }))
  const resourceMetadata = documents.map(({ document }) => document).find((each) => typeof each !== 'string')
  const named = resourceMetadata === undefined ? [] : (stringsOf(resourceMetadata, 'authorization_servers') ?? [])
  const fromLoopback = isLoopbackHost(new URL(url).hostname)
  return {
    url,
    local,
    unauthorized,
    foreignOrigin,
    metadata: documents,
    resourceMetadata,
    issuers: await Promise.all(
      [...new Set(named)].slice(0, mostIssuers).map((issuer) => {
        const settings = local?.issuers.find((each) => each.issuer === issuer)
        return observeIssuer(issuer, { probe, fromLoopback, jwksUri: settings?.jwksUri })
      }),
    ),
    legacy: jsonObject(legacy),
  }
}
