export { assertAllowed } from './assert-allowed.ts'
export type {
  AllowedDecision,
  AlternativeStep,
  ConditionStep,
  Decision,
  DeniedDecision,
  DependsDecision,
  Reason,
  UnknownToolDecision,
} from './decision.ts'
export { PolicyError } from './errors.ts'
export type { PolicyErrorCode } from './errors.ts'
export { createPolicy } from './policy.ts'
export type { GrantCondition, GrantedScope, GrantRule, GrantSubject } from './grants.ts'
export type { Held, HeldScopes } from './held-scopes.ts'
export type { GrantableScope } from './grantable-scopes.ts'
export type { ListedTool, Policy, PolicyDefinition } from './policy.ts'
export { reachOf } from './reach.ts'
export type { Reach } from './reach.ts'
export { createScopeGraph } from './scope-graph.ts'
export type { Implications, ScopeGraph } from './scope-graph.ts'
export { scopesOf } from './tool-policy.ts'
export type { CompiledCondition, ToolOverride, ToolPolicy } from './tool-policy.ts'
export type { Visibility } from './visibility.ts'
