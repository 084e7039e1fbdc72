import { IssuerSettingsError } from './errors.ts'
import type { IssuerSettingsFault } from './errors.ts'
import { isLoopbackHost } from './loopback-host.ts'

/** How the tokens of one authorization server are judged. All resolved; see {@link resolveIssuerSettings}. */
export interface IssuerSettings {
  /** The issuer identifier, compared with `iss` and with the metadata's `issuer` byte for byte (RFC 8414 section 2). */
  readonly issuer: string
  /** A name for people. */
  readonly name?: string
  /** `aud` must contain exactly this. */
  readonly audience: string
  /** Signature algorithms that are accepted, asymmetric ones alone (RFC 8725 section 3.1). */
  readonly algorithms: readonly string[]
  /** Accepted values of `typ`; `application/` in front and case do not matter (RFC 7515 section 4.1.9). */
  readonly tokenTypes: readonly string[]
  /**
   * Lets a token without any `typ` pass, beside those of `tokenTypes`. A type is what tells an access token from the issuer's other
   * tokens (RFC 8725 section 3.11): without it only the audience keeps an ID token out, so no client may have the audience as its id.
   */
  readonly dangerouslyAllowMissingTokenType: boolean
  /** The claim that holds the scopes. */
  readonly scopeClaim: string
  /** `string`: one string, space-delimited (RFC 6749 section 3.3); `array`: an array of scope tokens. */
  readonly scopeFormat: 'string' | 'array'
  /** The claim that names the client. */
  readonly clientIdClaim: string
  /** Claims that are passed on to tools. */
  readonly claims: readonly string[]
  /** Where the keys are, if not where the issuer's metadata says. */
  readonly jwksUri?: string
  /** Seconds by which clocks may differ, 60 at most. */
  readonly clockSkewSeconds: number
}

/** What an operator writes: the issuer, and whatever differs from the defaults. */
export type IssuerOptions = { readonly issuer: string } & {
  readonly [Setting in Exclude<keyof IssuerSettings, 'issuer'>]?: IssuerSettings[Setting] | undefined
}

/** Every algorithm that an issuer may be configured with, and the default: asymmetric signatures (RFC 7518, RFC 8037, RFC 9864). */
export const signatureAlgorithms: readonly string[] = Object.freeze([
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
])

const MAX_CLOCK_SKEW_SECONDS = 60

function urlFault(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return 'must be an absolute URL'
  const url = new URL(value)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackHost(url.hostname))) {
    return 'must be https (http is for loopback addresses alone)'
  }
  if (url.username !== '' || url.password !== '') return 'must not hold credentials'
  if (/[#\s]/.test(value)) return 'must hold no fragment and no white space'
  return undefined
}

function issuerFault(value: unknown): string | undefined {
  return urlFault(value) ?? (String(value).includes('?') ? 'must have no query (RFC 8414 section 2)' : undefined)
}

function textFault(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? undefined : 'must be a non-empty string'
}

function listFaults(
  setting: string,
  value: unknown,
  fault: (item: unknown) => string | undefined,
): (readonly [string, string | undefined])[] {
  if (!Array.isArray(value)) return [[setting, 'must be a list of strings']]
  return value.map((item: unknown, index) => [`${setting}[${String(index)}]`, fault(item)] as const)
}

function algorithmFault(value: unknown): string | undefined {
  if (typeof value === 'string' && signatureAlgorithms.includes(value)) return undefined
  return `must be an asymmetric signature algorithm: ${signatureAlgorithms.join(', ')}`
}

function emptyFault(value: unknown): string | undefined {
  return Array.isArray(value) && value.length === 0 ? 'must not be empty' : undefined
}

function switchFault(value: unknown): string | undefined {
  return typeof value === 'boolean' ? undefined : 'must be true or false'
}

function skewFault(value: unknown): string | undefined {
  if (typeof value === 'number' && value >= 0 && value <= MAX_CLOCK_SKEW_SECONDS) return undefined
  return `must be a number of seconds from 0 to ${String(MAX_CLOCK_SKEW_SECONDS)}`
}

/**
 * Checks resolved settings, whoever made them.
 *
 * @throws {IssuerSettingsError} with every fault
 */
export function requireUsableSettings(settings: IssuerSettings): void {
  const checks: readonly (readonly [string, string | undefined])[] = [
    ['issuer', issuerFault(settings.issuer)],
    ['name', settings.name === undefined ? undefined : textFault(settings.name)],
    ['audience', textFault(settings.audience)],
    ['algorithms', emptyFault(settings.algorithms)],
    ...listFaults('algorithms', settings.algorithms, algorithmFault),
    ['tokenTypes', emptyFault(settings.tokenTypes)],
    ...listFaults('tokenTypes', settings.tokenTypes, textFault),
    ['dangerouslyAllowMissingTokenType', switchFault(settings.dangerouslyAllowMissingTokenType)],
    ['scopeClaim', textFault(settings.scopeClaim)],
    ['scopeFormat', ['string', 'array'].includes(settings.scopeFormat) ? undefined : 'must be "string" or "array"'],
    ['clientIdClaim', textFault(settings.clientIdClaim)],
    ...listFaults('claims', settings.claims, textFault),
    ['jwksUri', settings.jwksUri === undefined ? undefined : urlFault(settings.jwksUri)],
    ['clockSkewSeconds', skewFault(settings.clockSkewSeconds)],
  ]
  const faults: IssuerSettingsFault[] = []
  for (const [setting, message] of checks) if (message !== undefined) faults.push({ setting, message })
  if (faults.length > 0) throw new IssuerSettingsError(faults)
}

/**
 * Fills in the defaults of an issuer and checks the result: audience = the resource, all of
 * {@link signatureAlgorithms}, `at+jwt` (RFC 9068 section 2.1), which must be there, `scope` as one string, `client_id`, a skew of
 * 5 seconds.
 *
 * @param resource the resource identifier, the audience by default
 * @returns frozen settings
 * @throws {IssuerSettingsError} with every fault: an issuer or `jwksUri` that is not https (loopback aside), an
 *   algorithm that is symmetric or `none`, a skew over a minute
 */
export function resolveIssuerSettings(options: IssuerOptions, resource: string): IssuerSettings {
  const settings: IssuerSettings = {
    issuer: options.issuer,
    ...(options.name !== undefined && { name: options.name }),
    audience: options.audience ?? resource,
    algorithms: options.algorithms ?? signatureAlgorithms,
    tokenTypes: options.tokenTypes ?? ['at+jwt'],
    dangerouslyAllowMissingTokenType: options.dangerouslyAllowMissingTokenType ?? false,
    scopeClaim: options.scopeClaim ?? 'scope',
    scopeFormat: options.scopeFormat ?? 'string',
    clientIdClaim: options.clientIdClaim ?? 'client_id',
    claims: options.claims ?? [],
    ...(options.jwksUri !== undefined && { jwksUri: options.jwksUri }),
    clockSkewSeconds: options.clockSkewSeconds ?? 5,
  }
  requireUsableSettings(settings)
  return Object.freeze({
    ...settings,
    algorithms: Object.freeze([...settings.algorithms]),
    tokenTypes: Object.freeze([...settings.tokenTypes]),
    claims: Object.freeze([...settings.claims]),
  })
}
