import { dpopModes } from './dpop-settings.ts'
import type { DpopMode } from './dpop-settings.ts'
import { IssuerSettingsError } from './errors.ts'
import type { IssuerSettingsFault } from './errors.ts'
import { introspectionFaults, resolveIntrospection } from './introspection-settings.ts'
import type { IntrospectionOptions, IntrospectionSettings } from './introspection-settings.ts'
import { issuerPresets, type IssuerPreset, type TokenShape } from './issuer-presets.ts'
import { signatureAlgorithms } from './signature-scheme.ts'
import { urlFault } from './url-fault.ts'

/** How the tokens of one authorization server are judged. All resolved; see {@link resolveIssuerSettings}. */
export interface IssuerSettings extends TokenShape {
  /** The issuer identifier, compared with `iss` and with the metadata's `issuer` byte for byte (RFC 8414 section 2). */
  readonly issuer: string
  /** A name for people. */
  readonly name?: string
  /** The preset that stands under the other settings; they are resolved already, this only says where they come from. */
  readonly preset?: IssuerPreset
  /** `aud` must contain exactly this. */
  readonly audience: string
  /** Claims that are passed on to tools. */
  readonly claims: readonly string[]
  /** Where the keys are, if not where the issuer's metadata says. */
  readonly jwksUri?: string
  /** Seconds by which clocks may differ, 60 at most. */
  readonly clockSkewSeconds: number
  /** How its tokens that are no JWTs are asked about; without it they are refused. */
  readonly introspection?: IntrospectionSettings
  /**
   * Whether tokens are bound to a key whose possession every request proves (RFC 9449). `off`: a bound token is refused, for nobody
   * would check; `allowed`: bound and plain ones are good; `required`: bound ones alone.
   */
  readonly dpop: DpopMode
}

/** What an operator writes: the issuer, and whatever differs from the defaults. */
export type IssuerOptions = { readonly issuer: string } & {
  readonly [Setting in Exclude<keyof IssuerSettings, 'issuer' | 'introspection'>]?: IssuerSettings[Setting] | undefined
} & { readonly introspection?: IntrospectionOptions | undefined }

const MAX_CLOCK_SKEW_SECONDS = 60

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

function presetFault(value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && Object.hasOwn(issuerPresets, value))) return undefined
  return `must be one of ${Object.keys(issuerPresets).join(', ')}`
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
    ['preset', presetFault(settings.preset)],
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
    ['dpop', dpopModes.includes(settings.dpop) ? undefined : `must be one of ${dpopModes.join(', ')}`],
  ]
  const faults: IssuerSettingsFault[] = []
  for (const [setting, message] of checks) if (message !== undefined) faults.push({ setting, message })
  faults.push(...introspectionFaults(settings.introspection, settings.jwksUri))
  if (faults.length > 0) throw new IssuerSettingsError(faults)
}

function presetOf(name: IssuerPreset | undefined): Partial<TokenShape> {
  // A name from a file may be any: the check that follows names it.
  return name !== undefined && Object.hasOwn(issuerPresets, name) ? issuerPresets[name] : {}
}

function tokenShapeOf(options: IssuerOptions): TokenShape {
  const preset = presetOf(options.preset)
  return {
    algorithms: options.algorithms ?? preset.algorithms ?? signatureAlgorithms,
    tokenTypes: options.tokenTypes ?? preset.tokenTypes ?? ['at+jwt'],
    dangerouslyAllowMissingTokenType:
      options.dangerouslyAllowMissingTokenType ?? preset.dangerouslyAllowMissingTokenType ?? false,
    scopeClaim: options.scopeClaim ?? preset.scopeClaim ?? 'scope',
    scopeFormat: options.scopeFormat ?? preset.scopeFormat ?? 'string',
    clientIdClaim: options.clientIdClaim ?? preset.clientIdClaim ?? 'client_id',
  }
}

/**
 * Fills in what an operator left out, from the preset if one is named, then from the defaults, and checks the result:
 * audience = the resource, all of {@link signatureAlgorithms}, `at+jwt` (RFC 9068 section 2.1), which must be there, `scope`
 * as one string, `client_id`, a skew of 5 seconds, no DPoP.
 *
 * @param resource the resource identifier, the audience by default
 * @returns frozen settings
 * @throws {IssuerSettingsError} with every fault: an issuer or `jwksUri` that is not https (loopback aside), an
 *   algorithm that is symmetric or `none`, a skew over a minute, an unknown preset
 */
export function resolveIssuerSettings(options: IssuerOptions, resource: string): IssuerSettings {
  const settings: IssuerSettings = {
    issuer: options.issuer,
    ...(options.name !== undefined && { name: options.name }),
    ...(options.preset !== undefined && { preset: options.preset }),
    audience: options.audience ?? resource,
    ...tokenShapeOf(options),
    claims: options.claims ?? [],
    ...(options.jwksUri !== undefined && { jwksUri: options.jwksUri }),
    clockSkewSeconds: options.clockSkewSeconds ?? 5,
    ...(options.introspection !== undefined && { introspection: resolveIntrospection(options.introspection) }),
    dpop: options.dpop ?? 'off',
  }
  requireUsableSettings(settings)
  return Object.freeze({
    ...settings,
    algorithms: Object.freeze([...settings.algorithms]),
    tokenTypes: Object.freeze([...settings.tokenTypes]),
    claims: Object.freeze([...settings.claims]),
  })
}
