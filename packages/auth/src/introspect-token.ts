import { IntrospectionFailure, KeyFetchError } from './errors.ts'
import { fetchDocument } from './fetch-document.ts'
import type { FetchedDocument, FetchOptions } from './fetch-document.ts'
import type { ClientCredentials } from './introspection-client-authentication.ts'
import { memberFault } from './json-members.ts'

/** What the issuer said of a token. */
export type IntrospectionAnswer = Readonly<Record<string, unknown>> & { readonly active: boolean }

/** The statuses that may be about one token; any other speaks of this host or of the issuer as a whole. */
const ABOUT_TOKEN: readonly number[] = [400, 413, 414, 415, 422]
const JSON_TYPE = /^application\/json *(?:;|$)/i

/**
 * Asks the issuer about one token.
 *
 * Checks of the answer: status 200, `application/json`, at most 1 MiB, a UTF-8 JSON object without a duplicate member and of bounded
 * depth, `active` true or false.
 * Does NOT check: any other member; see {@link acceptIntrospection}.
 *
 * RFC 7662 sections 2.1 and 2.2.
 *
 * @throws {IntrospectionFailure} whose `reach` says whether others would fare the same
 */
export async function introspectToken(
  endpoint: string,
  token: string,
  credentials: ClientCredentials,
  options: FetchOptions,
): Promise<IntrospectionAnswer> {
  const form = new URLSearchParams({ token, token_type_hint: 'access_token', ...credentials.parameters })
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...credentials.headers }
  const answer = await ask(endpoint, { method: 'POST', headers, body: form.toString() }, options)
  if (answer.status === 401) {
    throw new IntrospectionFailure('issuer', "the issuer refuses this host's client id or credentials (status 401)")
  }
  if (answer.status !== 200) {
    const reach = ABOUT_TOKEN.includes(answer.status) ? 'token' : 'issuer'
    throw new IntrospectionFailure(reach, `status ${String(answer.status)} from ${endpoint}`)
  }
  return readAnswer(answer)
}

async function ask(
  endpoint: string,
  request: Parameters<typeof fetchDocument>[1],
  options: FetchOptions,
): Promise<FetchedDocument> {
  try {
    return await fetchDocument(endpoint, request, options)
  } catch (error) {
    if (!(error instanceof KeyFetchError)) throw error
    throw new IntrospectionFailure(error.code === 'unreachable' ? 'issuer' : 'token', error.message, {
      cause: error.cause,
    })
  }
}

function readAnswer({ contentType, body }: FetchedDocument): IntrospectionAnswer {
  if (!JSON_TYPE.test(contentType)) unusable('its type is not application/json')
  let text: string
  let value: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
    value = JSON.parse(text)
  } catch {
    // What the parser says may quote the answer, and so the token.
    return unusable('it is not UTF-8 JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return unusable('it is not a JSON object')
  const fault = memberFault(text, value)
  if (fault !== undefined) unusable(fault === 'depth' ? 'it is nested too deeply' : 'it names a member twice')
  const answer = value as Readonly<Record<string, unknown>>
  if (!Object.hasOwn(answer, 'active') || typeof answer.active !== 'boolean') {
    return unusable('active is not true or false')
  }
  return answer as IntrospectionAnswer
}

function unusable(reason: string): never {
  throw new IntrospectionFailure('token', `an answer that cannot be used: ${reason}`)
}
