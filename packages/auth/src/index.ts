export { addressKeyOf } from './address-key.ts'
export { boundKeyOf } from './bound-key.ts'
export type { BoundKey } from './bound-key.ts'
export { challengeLines, challengeSchemes, schemeOfCaller } from './challenge-schemes.ts'
export type { ChallengeSchemes } from './challenge-schemes.ts'
export {
  insufficientAuthenticationChallenge,
  insufficientScopeChallenge,
  invalidProofChallenge,
  invalidRequestChallenge,
  invalidTokenChallenge,
  unauthorizedChallenge,
  useNonceChallenge,
} from './challenges.ts'
export type {
  ChallengeOptions,
  ChallengeScheme,
  InsufficientAuthenticationOptions,
  InsufficientScopeOptions,
} from './challenges.ts'
export type { DpopMode, DpopSettings } from './dpop-settings.ts'
export { AuthError, IssuerSettingsError } from './errors.ts'
export type { AuthErrorCode, IssuerSettingsFault } from './errors.ts'
export { inspectToken } from './inspect-token.ts'
export type { TokenInspection } from './inspect-token.ts'
export { introspectionLimits } from './introspection-settings.ts'
export type { IntrospectionOptions, IntrospectionSettings } from './introspection-settings.ts'
export { issuerMetadataUrls } from './issuer-metadata.ts'
export type { AuthorizationServerMetadata } from './issuer-metadata.ts'
export { issuerPresets } from './issuer-presets.ts'
export type { IssuerPreset, TokenShape } from './issuer-presets.ts'
export { resolveIssuerSettings } from './issuer-settings.ts'
export type { IssuerOptions, IssuerSettings } from './issuer-settings.ts'
export type { KeyLimits } from './key-limits.ts'
export { createKeySet } from './key-set.ts'
export { isLoopbackHost } from './loopback-host.ts'
export { createProofVerifier } from './proof-verifier.ts'
export type { ProofVerifier, ProofVerifierOptions } from './proof-verifier.ts'
export {
  protectedResourceMetadata,
  protectedResourceMetadataPaths,
  protectedResourceMetadataUrl,
} from './protected-resource-metadata.ts'
export type { ProtectedResourceFacts, ProtectedResourceMetadata } from './protected-resource-metadata.ts'
export { readCredentials } from './read-credentials.ts'
export type { Credentials, CredentialScheme, CredentialSources } from './read-credentials.ts'
export type { TokenCacheLimits } from './token-cache.ts'
export { signatureAlgorithms } from './signature-scheme.ts'
export { createTokenVerifier } from './token-verifier.ts'
export type { LocalIssuer, TokenOrigin, TokenVerifier, TokenVerifierOptions } from './token-verifier.ts'
export { ReplayStore } from './replay-store.ts'
export type { ProofMemory, ReplayLimits, UsedProof } from './replay-store.ts'
export { UnknownTokenLimit } from './unknown-token-limit.ts'
export type { UnknownTokenPermits } from './unknown-token-limit.ts'
export { isJwt } from './token-form.ts'
export { principalOf } from './verify-access-token.ts'
export type { TokenClaims, VerifiedToken } from './verify-access-token.ts'
