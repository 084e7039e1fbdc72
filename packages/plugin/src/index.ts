export { definePlugin } from './define-plugin.ts'
export { definePrompt } from './define-prompt.ts'
export { defineResource } from './define-resource.ts'
export { defineResourceTemplate } from './define-resource-template.ts'
export { defineTool } from './define-tool.ts'
export { testContext } from './test-context.ts'
export { ToolError } from './tool-error.ts'
export type {
  AskOptions,
  Conversation,
  Elicit,
  Elicitation,
  ElicitationAnswer,
  LogLevel,
  Root,
  Sampling,
  SamplingAnswer,
  SamplingMessage,
  UrlElicitation,
  UrlElicitationAnswer,
} from './asking.ts'
export type { FreshnessRequirement } from './freshness-requirement.ts'
export type { JsonSchema, JsonValue } from './json.ts'
export type { Logger } from './logger.ts'
export type { Plugin, PluginOffers, PluginSetup, PluginSetupContext } from './plugin.ts'
export type { Principal } from './principal.ts'
export type { Prompt, PromptArgument, PromptMessage, PromptResult } from './prompt.ts'
export type { ListedResource, ReadResult, Resource, ResourceContents, ResourceTemplate } from './resource.ts'
export type { ConditionalScopes, ScopeRequirement } from './scope-requirement.ts'
export type { Annotations, AskingContext, Complete, CompletionContext, ThingContext } from './thing.ts'
export type { AuthorizeContext, ContentBlock, Tool, ToolAnnotations, ToolContext, ToolResult } from './tool.ts'
