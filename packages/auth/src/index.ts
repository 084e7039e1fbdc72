export { readBearerToken } from './bearer-token.ts'
export type { CredentialSources } from './bearer-token.ts'
export {
  insufficientScopeChallenge,
  invalidRequestChallenge,
  invalidTokenChallenge,
  unauthorizedChallenge,
} from './challenges.ts'
export type { ChallengeOptions, InsufficientScopeOptions } from './challenges.ts'
export { AuthError, IssuerSettingsError } from './errors.ts'
export type { AuthErrorCode, IssuerSettingsFault } from './errors.ts'
export { inspectToken } from './inspect-token.ts'
export type { TokenInspection } from './inspect-token.ts'
export type { AuthorizationServerMetadata } from './issuer-metadata.ts'
export { issuerPresets } from './issuer-presets.ts'
export type { IssuerPreset, TokenShape } from './issuer-presets.ts'
export { resolveIssuerSettings, signatureAlgorithms } from './issuer-settings.ts'
export type { IssuerOptions, IssuerSettings } from './issuer-settings.ts'
export type { KeyLimits } from './key-limits.ts'
export { isLoopbackHost } from './loopback-host.ts'
export {
  protectedResourceMetadata,
  protectedResourceMetadataPaths,
  protectedResourceMetadataUrl,
} from './protected-resource-metadata.ts'
export type { ProtectedResourceFacts, ProtectedResourceMetadata } from './protected-resource-metadata.ts'
export type { TokenCacheLimits } from './token-cache.ts'
export { createTokenVerifier } from './token-verifier.ts'
export type { LocalIssuer, TokenVerifier, TokenVerifierOptions } from './token-verifier.ts'
export { principalOf } from './verify-access-token.ts'
export type { TokenClaims, VerifiedToken } from './verify-access-token.ts'
