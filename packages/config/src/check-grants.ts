import type { GrantCondition, GrantRule } from '@toolgate/policy'
import type { ConfigOf, GrantConfig } from './config.ts'
import { fault, type ConfigFault } from './config-fault.ts'
import { pathTo } from './config-path.ts'

/** The rules that turn claims into scopes, or what is wrong with them. */
export interface CheckedGrants {
  readonly grants: readonly GrantRule[]
  readonly faults: readonly ConfigFault[]
}

interface WrittenCondition {
  readonly claim?: string
  readonly equals?: string
  readonly anyOf?: readonly string[]
}

/**
 * Resolves the rules of `grants`: each is about one issuer, which may be left out where there is only one, so that a group
 * at one company never counts as the group of the same name at another.
 */
export function checkGrants(config: ConfigOf<string>): CheckedGrants {
  const rules: readonly GrantConfig[] = config.grants ?? []
  const issuers = (config.authorizationServers ?? []).flatMap((server) =>
    (server as unknown) === undefined ? [] : [server.issuer],
  )
  if (rules.length > 0 && config.authority !== undefined) {
    const mend = 'Remove it: give users their scopes with `toolgate user scopes`, or use an issuer of your own.'
    const message = 'needs external issuers: tokens of the embedded server carry no roles or groups'
    return { grants: [], faults: [fault('bad_grant', 'grants', message, mend)] }
  }
  const checked = rules.map((rule, index) => checkGrant(rule, pathTo('grants', index), issuers))
  return { grants: checked.flatMap(({ grants }) => grants), faults: checked.flatMap(({ faults }) => faults) }
}

function checkGrant(rule: GrantConfig, at: string, issuers: readonly string[]): CheckedGrants {
  const { all, claim, equals, anyOf, scopes } = rule as WrittenCondition &
    Partial<GrantConfig> & {
      readonly all?: readonly WrittenCondition[]
      readonly scopes: readonly string[]
    }
  const mixed = all !== undefined && [claim, equals, anyOf].some((value) => value !== undefined)
  const conditions = (all ?? [{ claim, equals, anyOf } as WrittenCondition]).map(toCondition)
  const issuer = rule.issuer ?? (issuers.length === 1 ? issuers[0] : undefined)
  const faults = [
    ...(mixed || conditions.includes(undefined) ? [unclear(at)] : []),
    ...(issuer === undefined && issuers.length > 1 ? [unnamed(at)] : []),
    ...(issuer !== undefined && issuers.length > 0 && !issuers.includes(issuer) ? [foreign(at)] : []),
  ]
  if (faults.length > 0 || issuer === undefined) return { grants: [], faults }
  const sound = conditions.filter((condition) => condition !== undefined)
  return { grants: [{ source: at, issuer, conditions: sound, scopes }], faults }
}

function toCondition({ claim, equals, anyOf }: WrittenCondition): GrantCondition | undefined {
  if (claim === undefined || (equals === undefined) === (anyOf === undefined)) return undefined
  if (equals !== undefined) return { claim, equals }
  return anyOf === undefined ? undefined : { claim, anyOf }
}

function unclear(at: string): ConfigFault {
  const mend =
    "Write { claim: 'groups', anyOf: ['admins'] }, { claim: 'role', equals: 'admin' }, or all: [...] with several of them."
  return fault('bad_grant', at, 'needs a claim with one of equals and anyOf, or all', mend)
}

function unnamed(at: string): ConfigFault {
  const mend = 'Set issuer to the one whose roles or groups it is about; write the rule once per issuer.'
  return fault('bad_grant', pathTo(at, 'issuer'), 'is missing, and there are several issuers', mend)
}

function foreign(at: string): ConfigFault {
  const mend = 'Take it from authorizationServers, byte for byte.'
  return fault('bad_grant', pathTo(at, 'issuer'), 'is no configured issuer', mend)
}
