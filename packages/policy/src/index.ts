export type { CompiledCondition, ToolOverride, ToolPolicy } from './tool-policy.ts'
export type { Visibility } from './visibility.ts'
