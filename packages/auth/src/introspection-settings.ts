import { readClientKey } from './client-key.ts'
import { IssuerSettingsError } from './errors.ts'
import type { IssuerSettingsFault } from './errors.ts'
import { urlFault } from './url-fault.ts'

/** How this host proves who it is at the introspection endpoint (RFC 6749 section 2.3.1, RFC 7523 section 2.2). */
export type ClientAuthenticationSettings =
  | { readonly method: 'client_secret_basic' | 'client_secret_post'; readonly clientSecret: string }
  | {
      readonly method: 'private_key_jwt'
      /** A JWK as JSON, or PEM. */
      readonly privateKey: string
      /** `kid` of the assertion; that of the JWK by default. */
      readonly keyId?: string
      /** `alg` of the assertion; that of the JWK by default, or the usual one of the key's kind. */
      readonly algorithm?: string
    }

/** How tokens that are no JWTs are asked about (RFC 7662). All resolved; see {@link resolveIntrospection}. */
export type IntrospectionSettings = ClientAuthenticationSettings & {
  readonly clientId: string
  /** The introspection endpoint, if not where the issuer's metadata says. */
  readonly endpoint?: string
  /** Milliseconds until the last byte of an answer. */
  readonly timeoutMs: number
  /** Seconds that an active token is not asked about again: how long a revoked one lives. */
  readonly cacheSeconds: number
  /** Seconds that a token which is not good is not asked about again. */
  readonly inactiveCacheSeconds: number
}

/** What an operator writes. */
export interface IntrospectionOptions {
  readonly clientId: string
  readonly method?: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | undefined
  readonly clientSecret?: string | undefined
  readonly privateKey?: string | undefined
  readonly keyId?: string | undefined
  readonly algorithm?: string | undefined
  readonly endpoint?: string | undefined
  readonly timeoutMs?: number | undefined
  readonly cacheSeconds?: number | undefined
  readonly inactiveCacheSeconds?: number | undefined
}

/** Ranges of the numbers, and their defaults. */
export const introspectionLimits = Object.freeze({
  timeoutMs: Object.freeze({ minimum: 1, maximum: 30_000, default: 3_000 }),
  cacheSeconds: Object.freeze({ minimum: 0, maximum: 3_600, default: 60 }),
  inactiveCacheSeconds: Object.freeze({ minimum: 1, maximum: 3_600, default: 30 }),
})

const METHODS: readonly unknown[] = ['client_secret_basic', 'client_secret_post', 'private_key_jwt']

/**
 * Fills in the defaults: `client_secret_basic`, or `private_key_jwt` where there is a key and no secret; 3 s, 60 s, 30 s. What comes
 * of options with {@link introspectionFaults} is not to be used.
 */
export function resolveIntrospection(options: IntrospectionOptions): IntrospectionSettings {
  const { clientSecret, privateKey, timeoutMs, cacheSeconds, inactiveCacheSeconds } = options
  const keyed = privateKey !== undefined && clientSecret === undefined
  const written = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.freeze({
    ...Object.fromEntries(written),
    method: options.method ?? (keyed ? 'private_key_jwt' : 'client_secret_basic'),
    timeoutMs: timeoutMs ?? introspectionLimits.timeoutMs.default,
    cacheSeconds: cacheSeconds ?? introspectionLimits.cacheSeconds.default,
    inactiveCacheSeconds: inactiveCacheSeconds ?? introspectionLimits.inactiveCacheSeconds.default,
  }) as unknown as IntrospectionSettings
}

/**
 * What is wrong with resolved settings, whoever made them. No message holds a value.
 *
 * @param jwksUri the issuer's: with it no metadata is fetched, and the endpoint must be written down
 */
export function introspectionFaults(
  settings: IntrospectionSettings | undefined,
  jwksUri: string | undefined,
): readonly IssuerSettingsFault[] {
  if (settings === undefined) return []
  const { clientId, method, endpoint } = settings
  const checks: readonly (readonly [string, string | undefined])[] = [
    ['clientId', typeof clientId === 'string' && clientId !== '' ? undefined : 'must be a non-empty string'],
    ['method', METHODS.includes(method) ? undefined : `must be one of ${METHODS.join(', ')}`],
    ['endpoint', endpointFault(endpoint, jwksUri)],
    ...credentialChecks(settings),
    ...Object.entries(introspectionLimits).map(([name, range]) => {
      const value: unknown = settings[name as keyof typeof introspectionLimits]
      const fits = typeof value === 'number' && value >= range.minimum && value <= range.maximum
      return [name, fits ? undefined : `must be from ${String(range.minimum)} to ${String(range.maximum)}`] as const
    }),
  ]
  return checks.flatMap(([setting, message]) =>
    message === undefined ? [] : [{ setting: `introspection.${setting}`, message }],
  )
}

function endpointFault(endpoint: string | undefined, jwksUri: string | undefined): string | undefined {
  if (endpoint !== undefined) return urlFault(endpoint)
  return jwksUri === undefined ? undefined : 'must be written down beside jwksUri: no metadata is fetched then'
}

function credentialChecks(settings: IntrospectionSettings): readonly (readonly [string, string | undefined])[] {
  const { clientSecret, privateKey, keyId, algorithm } = settings as Partial<IntrospectionOptions>
  if (settings.method !== 'private_key_jwt') {
    const unused = [['privateKey', privateKey] as const, ['keyId', keyId] as const, ['algorithm', algorithm] as const]
    return [
      ['clientSecret', isText(clientSecret) ? undefined : `must be there for ${settings.method}`],
      ...unused.map(([name, value]) => [name, value === undefined ? undefined : 'is for private_key_jwt'] as const),
    ]
  }
  return [
    ['clientSecret', clientSecret === undefined ? undefined : 'is not for private_key_jwt'],
    ...(isText(privateKey)
      ? keyChecks({ privateKey, keyId, algorithm })
      : [['privateKey', 'must be there for private_key_jwt'] as const]),
  ]
}

function keyChecks(source: Parameters<typeof readClientKey>[0]): readonly (readonly [string, string | undefined])[] {
  try {
    readClientKey(source)
    return []
  } catch (error) {
    if (!(error instanceof IssuerSettingsError)) throw error
    return error.faults.map(({ setting, message }) => [setting, message] as const)
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
