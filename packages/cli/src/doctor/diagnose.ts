import { checkChallenge } from './checks/challenge.ts'
import { checkClocks } from './checks/clocks.ts'
import { checkConfiguration } from './checks/configuration.ts'
import { checkEndpoints } from './checks/endpoints.ts'
import { checkGuard } from './checks/guard.ts'
import { checkIssuers } from './checks/issuers.ts'
import { checkKeys } from './checks/keys.ts'
import { checkLegacyMetadata } from './checks/legacy-metadata.ts'
import { checkMetadata } from './checks/metadata.ts'
import { checkReach } from './checks/reach.ts'
import { checkResource } from './checks/resource.ts'
import { checkScopes } from './checks/scopes.ts'
import type { Finding } from './finding.ts'
import { isReached } from './is-reached.ts'
import type { LocalPolicy, Observation } from './observation.ts'
import { observe } from './observe.ts'
import { createProbe, type Probe } from './probe.ts'

/** What a visit came to. */
export interface Diagnosis {
  readonly url: string
  /** The configuration that it was held against, if any. */
  readonly configuration: string | undefined
  readonly findings: readonly Finding[]
  /** What could not be looked at from outside. */
  readonly notLooked: readonly string[]
}

/** In the order in which a client comes by. */
const checks: readonly ((seen: Observation) => readonly Finding[])[] = [
  checkChallenge,
  checkGuard,
  checkMetadata,
  checkResource,
  checkIssuers,
  checkEndpoints,
  checkKeys,
  checkClocks,
  checkScopes,
  checkReach,
  checkConfiguration,
  checkLegacyMetadata,
]

/** What can be told of a host that does not answer. */
const checksOfSilence: typeof checks = [checkChallenge, checkGuard, checkConfiguration]

/** Walks the way of a client and judges what it would meet. */
export async function diagnose(
  url: string,
  local: LocalPolicy | undefined,
  probe: Probe = createProbe(),
): Promise<Diagnosis> {
  const seen = await observe(url, local, probe)
  const reached = isReached(seen)
  const notLooked = [
    ...(reached ? [] : ['Everything that only the host can tell: it did not answer.']),
    'Tokens: none is sent, so whether a token of the issuer is good here was not tried (toolgate call tries it).',
    ...(local === undefined
      ? [
          'Tools: from outside nobody sees which there are. With --config of the host, what each tool needs and who can reach it is looked at too.',
        ]
      : []),
  ]
  const findings = (reached ? checks : checksOfSilence).flatMap((check) => check(seen))
  return { url, configuration: local?.file, findings, notLooked }
}
