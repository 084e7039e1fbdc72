import { countOffers } from '../../count-offers.ts'
import { ok, warning, type Finding } from '../finding.ts'
import { stringsOf } from '../json-object.ts'
import type { Observation } from '../observation.ts'

const check = 'reach'

/** Tools that nobody can reach: by no sign-in, or because no issuer gives what they need. Needs the configuration. */
export function checkReach(seen: Observation): readonly Finding[] {
  const { local } = seen
  if (local === undefined) return []
  const unreachable = local.tools.filter(({ reach }) => reach === 'unreachable')
  const withheld = withheldTools(seen)
  return [
    ...unreachable.map(({ tool, setting, alternatives }) =>
      warning(
        check,
        `No sign-in ever reaches ${tool}: it is not listed to those who lack its scopes, and the first sign-in does not ask for them.`,
        `Set ${setting}.visibility to 'listed', or add ${alternatives[0]?.join(' ') ?? ''} to initialScopes.`,
      ),
    ),
    ...withheld.map(({ tool, scopes }) =>
      warning(
        check,
        `No issuer lists what ${tool} needs: ${scopes}.`,
        'Create the scopes at an issuer, or give them by grants.',
      ),
    ),
    ...(unreachable.length + withheld.length === 0
      ? [ok(check, `Each of the ${countOffers(local.tools)} can be reached.`)]
      : []),
  ]
}

/** Tools of which every alternative holds a scope that no issuer lists; where one lists none, nothing is known. */
function withheldTools({ local, issuers, url }: Observation): readonly { tool: string; scopes: string }[] {
  const lists = issuers.map(({ issuer, metadata }) =>
    metadata === undefined || issuer === new URL(url).origin ? undefined : stringsOf(metadata, 'scopes_supported'),
  )
  if (local === undefined || lists.length === 0 || lists.includes(undefined)) return []
  const known = new Set(lists.flatMap((list) => list ?? []))
  return local.tools
    .filter(({ reach }) => reach === 'initial' || reach === 'step-up')
    .filter(({ alternatives }) => alternatives.every((scopes) => scopes.some((scope) => !known.has(scope))))
    .map(({ tool, alternatives }) => ({ tool, scopes: alternatives.map((scopes) => scopes.join(' + ')).join(' or ') }))
}
