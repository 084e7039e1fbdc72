import { fault, ok, warning, type Finding } from '../finding.ts'
import { stringsOf } from '../json-object.ts'
import type { IssuerDocument, IssuerObservation, Observation } from '../observation.ts'

const check = 'issuer'

/** Each authorization server and its metadata (RFC 8414 section 3, OpenID Connect Discovery 1.0 section 4). */
export function checkIssuers({ resourceMetadata, issuers, local }: Observation): readonly Finding[] {
  if (resourceMetadata === undefined) return []
  if (issuers.length === 0) {
    return [fault(check, 'The metadata names no authorization server.', 'Set authorizationServers, or authority.')]
  }
  const configured = local === undefined || local.embedded ? [] : local.issuers.map(({ issuer }) => issuer)
  const named = stringsOf(resourceMetadata, 'authorization_servers') ?? []
  const unlooked = named.length - issuers.length
  const unknown = configured.filter((issuer) => !issuers.some((each) => each.issuer === issuer))
  return [
    ...issuers.flatMap(checkIssuer),
    ...(unlooked === 0
      ? []
      : [
          warning(
            check,
            `The metadata names ${String(named.length)} authorization servers, of which ${String(unlooked)} were not looked at.`,
            'Name each once, and no more than clients will try.',
          ),
        ]),
    ...unknown.map((issuer) =>
      warning(
        check,
        `The metadata does not name ${issuer}, which the configuration does.`,
        'Start the host again with this configuration.',
      ),
    ),
  ]
}

function checkIssuer({ issuer, refused, documents, metadata }: IssuerObservation): readonly Finding[] {
  if (refused !== undefined) {
    const mend = 'Name an issuer with https that clients can reach: http is for a host on loopback alone.'
    return [fault(check, `${issuer} ${refused}; it was not asked.`, mend)]
  }
  if (metadata === undefined) {
    const places = documents.map(({ answer, document }) => `${answer.url}: ${wordsOf(document)}`).join('; ')
    return [
      fault(check, `${issuer} has no metadata. ${places}.`, 'Look whether it is up, and at the issuer as written.'),
    ]
  }
  const usable = documents.filter(({ document }) => typeof document !== 'string')
  const only = usable.map(({ form }) => form)
  return [
    ...usable.map((each) => compare(issuer, each)),
    ...(only.includes('RFC 8414')
      ? []
      : [
          warning(
            check,
            `${issuer} has its metadata in the OpenID Connect form alone.`,
            'Clients of revisions before 2025-11-25 look at the RFC 8414 form: serve it there too.',
          ),
        ]),
  ]
}

function compare(issuer: string, { form, answer, document }: IssuerDocument): Finding {
  const named: unknown = typeof document === 'string' ? undefined : document['issuer']
  if (named === issuer) return ok(check, `${issuer}: metadata in the ${form} form, with this issuer.`)
  const text = typeof named === 'string' ? named : JSON.stringify(named) || 'none'
  const slash = text.replace(/\/$/, '') === issuer.replace(/\/$/, '') ? ': they differ in the slash at the end' : ''
  const seen = `${answer.url} names the issuer ${text}, and the host ${issuer}${slash}.`
  return fault(check, seen, `Write it in authorizationServers exactly as it names itself; clients refuse it otherwise.`)
}

function wordsOf(document: IssuerDocument['document']): string {
  return typeof document === 'string' ? document : 'there'
}
