import { checkBounds } from './check-bounds.ts'
import { checkGrants } from './check-grants.ts'
import { checkAllowedHosts, checkOrigins } from './check-hosts.ts'
import { checkAuthority, checkIssuers } from './check-issuers.ts'
import { checkResource } from './check-resource.ts'
import { checkImplications, checkInitialScopes } from './check-scopes.ts'
import { checkDpop } from './check-dpop.ts'
import { checkShape } from './check-shape.ts'
import { checkStdio } from './check-stdio.ts'
import { checkWorkers } from './check-workers.ts'
import type { CompleteConfig } from './complete-config.ts'
import { fault } from './config-fault.ts'
import { applyDefaults, type ConfigPlace } from './defaults.ts'
import { isEnvReference } from './env.ts'
import { ConfigError } from './errors.ts'
import { freezeDeep } from './freeze-deep.ts'
import { resolveListener } from './listener.ts'
import type { ResolvedConfig } from './resolved-config.ts'
import { resolveEnvironment } from './resolve-environment.ts'
import { soundSections } from './sound-sections.ts'
import { SecretValues, secretValues } from './secret-values.ts'

/**
 * Checks what mcp.config.ts exports and puts every default in its place.
 *
 * @throws ConfigError with every fault
 */
export function resolveConfig(input: unknown, place: ConfigPlace): ResolvedConfig {
  if (typeof input !== 'object' || input === null || Array.isArray(input) || isEnvReference(input)) {
    const mend = 'Write "export default defineConfig({ ... })".'
    throw new ConfigError(place.file, [fault('not_an_object', '', 'the config is not an object', mend)])
  }
  const { config: plain, secrets, faults: unset } = resolveEnvironment(input, place.environment)
  const shape = checkShape(plain)
  const sound = soundSections(plain, shape)
  const listener = resolveListener(sound, place.environment)
  const issuers = checkIssuers(sound.authorizationServers ?? [], listener.resource, secrets)
  const grants = checkGrants(sound)
  const isUnset = (path: string) => unset.some((one) => one.path === path)
  const faults = [
    ...unset,
    ...shape.map(({ fault: one }) => one).filter(({ path }) => !isUnset(path)),
    ...listener.faults,
    ...checkResource(sound.resource),
    // A section that is there and broken is no missing one.
    ...checkAuthority(plain),
    ...issuers.faults.filter(({ path }) => !isUnset(path)),
    ...checkDpop(sound),
    ...grants.faults,
    ...checkOrigins(sound.allowedOrigins),
    ...checkAllowedHosts(sound.allowedHosts),
    ...checkImplications(implicationsOf(sound)),
    ...checkInitialScopes(sound.initialScopes ?? []),
    ...checkBounds(sound),
    ...checkStdio(sound, place),
    ...checkWorkers(sound),
  ]
  if (faults.length > 0) throw new ConfigError(place.file, faults)
  const resolved = applyDefaults(sound, listener, { issuers: issuers.issuers, grants: grants.grants }, place)
  return freezeDeep({ ...resolved, [secretValues]: new SecretValues(secrets) })
}

function implicationsOf({ scopes }: CompleteConfig): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(scopes).map(([scope, { implies }]) => [scope, implies]))
}
