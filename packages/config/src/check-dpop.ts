import type { ConfigOf } from './config.ts'
import { fault, type ConfigFault } from './config-fault.ts'

/** Checks that how proofs are judged is not said in vain: without an issuer whose tokens may be bound, none is looked at. */
export function checkDpop(
  config: Pick<ConfigOf<string>, 'authority' | 'authorizationServers' | 'dpop'>,
): ConfigFault[] {
  const { authority, authorizationServers: servers, dpop } = config
  // A section that is missing or broken has a fault of its own.
  if (dpop === undefined || (authority === undefined && servers === undefined)) return []
  const issuers: readonly ({ readonly dpop?: unknown } | undefined)[] = servers ?? []
  // An issuer that is broken leaves a gap, and may have meant to.
  const on = issuers.some((issuer) => issuer === undefined || (issuer.dpop ?? 'off') !== 'off')
  if (on || (authority?.dpop ?? 'off') !== 'off') return []
  const mend = "Set dpop: 'allowed' or 'required' on an authorization server, or leave this out."
  return [fault('bad_value', 'dpop', 'judges no proof: no authorization server has dpop on', mend)]
}
