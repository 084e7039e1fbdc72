import { ok, warning, type Finding } from '../finding.ts'
import { stringsOf } from '../json-object.ts'
import type { IssuerObservation, Observation } from '../observation.ts'

const check = 'scopes'
const unknownMend =
  'Create them at the authorization server, or correct their names: many servers refuse a sign-in that asks for a scope they do not know.'

/** Scopes that the host asks for and an issuer does not know, and the other way round (RFC 8414 section 2, RFC 9728 section 2). */
export function checkScopes(seen: Observation): readonly Finding[] {
  if (seen.resourceMetadata === undefined) return []
  const listed = stringsOf(seen.resourceMetadata, 'scopes_supported') ?? []
  return [...checkAdvertised(seen, listed), ...seen.issuers.flatMap((issuer) => checkIssuer(seen, issuer, listed))]
}

function checkAdvertised({ local }: Observation, listed: readonly string[]): readonly Finding[] {
  if (local === undefined) return []
  const surplus = listed.filter((scope) => !local.advertisedScopes.includes(scope))
  const absent = local.advertisedScopes.filter((scope) => !listed.includes(scope))
  const mend = 'Start the host again with this configuration and these plugins.'
  return [
    ...(surplus.length === 0
      ? []
      : [warning(check, `The metadata lists ${surplus.join(' ')}, which no tool requires.`, mend)]),
    ...(absent.length === 0
      ? []
      : [warning(check, `The metadata does not list ${absent.join(' ')}, which tools require.`, mend)]),
    ...(surplus.length + absent.length === 0 ? [ok(check, 'The metadata lists what the tools require.')] : []),
  ]
}

function checkIssuer(
  { url, local }: Observation,
  { issuer, metadata }: IssuerObservation,
  listed: readonly string[],
): readonly Finding[] {
  if (metadata === undefined) return []
  const known = stringsOf(metadata, 'scopes_supported')
  if (known === undefined) return [ok(check, `${issuer} does not list its scopes, so they cannot be compared.`)]
  if (issuer === new URL(url).origin) return [checkOwnServer(issuer, known, local?.advertisedScopes ?? listed)]
  const unknown = listed.filter((scope) => !known.includes(scope))
  if (unknown.length === 0) return [ok(check, `${issuer} knows every scope of the host.`)]
  return [warning(check, `${issuer} does not list ${unknown.join(' ')}, which tools of the host require.`, unknownMend)]
}

/** The server on the host's own origin lists the first scopes alone, on purpose, and grants the others too. */
function checkOwnServer(issuer: string, known: readonly string[], required: readonly string[]): Finding {
  const aside = ['openid', 'offline_access']
  const surplus = known.filter((scope) => !required.includes(scope) && !aside.includes(scope))
  if (surplus.length === 0) {
    return ok(check, `${issuer} is on the host's own origin and lists scopes of its tools alone.`)
  }
  const mend = 'Start the host again: its authorization server speaks of scopes that its tools do not.'
  return warning(check, `${issuer} lists ${surplus.join(' ')}, which no tool requires.`, mend)
}
