export { assertAllowed } from './assert-allowed.ts'
export { authorizeSource, demandedIn } from './author-demands.ts'
export type {
  AllowedDecision,
  AlternativeStep,
  ConditionStep,
  Decision,
  DeniedDecision,
  DependsDecision,
  Reason,
  StaleDecision,
  UnknownToolDecision,
} from './decision.ts'
export { PolicyError } from './errors.ts'
export type { PolicyErrorCode } from './errors.ts'
export type { FreshnessFault, FreshnessStep } from './freshness.ts'
export { demandText, faultTexts } from './freshness-text.ts'
export { createPolicy } from './policy.ts'
export type { GrantCondition, GrantedScope, GrantRule, GrantSubject } from './grants.ts'
export type { Authentication, Held, HeldScopes } from './held-scopes.ts'
export type { GrantableScope } from './grantable-scopes.ts'
export type { ListedTool, Policy, PolicyDefinition } from './policy.ts'
export { reachOf } from './reach.ts'
export type { Reach } from './reach.ts'
export { createScopeGraph } from './scope-graph.ts'
export type { Implications, ScopeGraph } from './scope-graph.ts'
export { createShadow } from './shadow.ts'
export type { Shadow, ShadowRule, ShadowVerdict } from './shadow.ts'
export { thingKey } from './thing-kind.ts'
export type { ThingKind } from './thing-kind.ts'
export { scopesOf } from './tool-policy.ts'
export type {
  CompiledCondition,
  ProposedRequirement,
  ProposedRequirements,
  ThingOverride,
  ToolOverride,
  ToolPolicy,
} from './tool-policy.ts'
export type { Visibility } from './visibility.ts'
