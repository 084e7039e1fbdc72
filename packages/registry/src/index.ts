export type {
  Catalogue,
  CatalogueEntry,
  CataloguePlugin,
  CataloguePrompt,
  CatalogueResource,
  CatalogueTemplate,
  CatalogueThing,
  CatalogueTool,
  PromptListing,
  ResourceListing,
  TemplateListing,
  ToolListing,
} from './catalogue.ts'
export { RegistryError } from './errors.ts'
export type { LoadFault, LoadFaultCode } from './load-fault.ts'
export { loadRegistry } from './load-registry.ts'
export type { NotConfigured, Registry, RegistryOptions, ThingDefinition, ToolDefinition } from './load-registry.ts'
export { createValidator } from './schema/validator.ts'
export type { ValidationFault, ValidationResult, Validator } from './schema/validator.ts'
export type { News, Owner, Tells } from './telling.ts'
export type { ThingOverrides } from './tool-rule.ts'
