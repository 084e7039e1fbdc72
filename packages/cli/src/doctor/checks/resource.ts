import { fault, ok, warning, type Finding } from '../finding.ts'
import type { Observation } from '../observation.ts'

const check = 'resource'

/** The resource identifier, byte for byte: a client refuses a document about another resource (RFC 9728 section 3.3). */
export function checkResource({ url, resourceMetadata, local }: Observation): readonly Finding[] {
  if (resourceMetadata === undefined) return []
  const { resource } = resourceMetadata
  const named = typeof resource === 'string' ? resource : JSON.stringify(resource)
  const audiences = (local?.issuers ?? [])
    .filter(({ audience }) => audience !== named)
    .map(({ issuer, audience }) =>
      warning(
        check,
        `Clients ask ${issuer} for ${named}, and its tokens must be for ${audience}.`,
        'Leave audience out, unless this issuer puts one of its own there: its page in docs/authorization-servers says so.',
      ),
    )
  return [compare(url, named), ...audiences]
}

function compare(url: string, named: string): Finding {
  if (named === url) return ok(check, `The metadata is about ${named}, byte for byte as asked.`)
  if (named.replace(/\/$/, '') === url.replace(/\/$/, '')) {
    const seen = `The metadata is about ${named}; asked was ${url}: they differ in the slash at the end.`
    return fault(check, seen, `Give clients exactly ${named}, or set resource to ${url}.`)
  }
  const mend = `Give clients exactly ${named}, or set resource to ${url}: clients refuse a document about another resource.`
  return fault(check, `The metadata is about ${named}; asked was ${url}.`, mend)
}
