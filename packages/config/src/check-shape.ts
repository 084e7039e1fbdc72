import { Ajv2020, type ErrorObject, type Options, type ValidateFunction } from 'ajv/dist/2020.js'
import { fault, type ConfigFault } from './config-fault.ts'
import { keysOfPointer, pathOf, pathTo } from './config-path.ts'
import { configSchema } from './config-schema.ts'
import { didYouMean } from './nearest-key.ts'
import { shapeText } from './shape-text.ts'

const schema = {
  ...configSchema,
  properties: {
    ...configSchema.properties,
    // What an issuer leaves out comes from its preset before it comes from the defaults: `resolveIssuerSettings` knows both.
    authorizationServers: withoutDefaults(configSchema.properties.authorizationServers),
  },
}
const common: Options = {
  allowUnionTypes: true,
  strictTypes: false,
  strictRequired: false,
  ownProperties: true,
  useDefaults: true,
}
// Every start of the command waits for this one, and most configurations are sound: it stops at a fault, and knows no words for it.
const isSound = new Ajv2020({
  ...common,
  messages: false,
  meta: false,
  validateSchema: false,
  code: { optimize: false },
}).compile(schema)
let collecting: ValidateFunction | undefined

/** Made for a configuration that is not sound: collects every fault, with what the schema says there. */
function collect(): ValidateFunction {
  return (collecting ??= new Ajv2020({ ...common, allErrors: true, verbose: true }).compile(schema))
}

function withoutDefaults(schema: object): object {
  return JSON.parse(JSON.stringify(schema, (key, value: unknown) => (key === 'default' ? undefined : value))) as object
}

// What these say is said better by the errors inside them.
const silent = ['if', 'propertyNames']

/** A fault of the shape, with where it is as keys and indexes. */
export interface ShapeFault {
  readonly fault: ConfigFault
  readonly keys: readonly string[]
}

/**
 * Checks keys, types and ranges by the schema, and writes the defaults that stand in it into the config.
 *
 * @returns faults that hold no value
 */
export function checkShape(config: object): ShapeFault[] {
  if (isSound(config)) return []
  const validate = collect()
  if (validate(config)) return []
  return (validate.errors ?? [])
    .filter(({ keyword }) => !silent.includes(keyword))
    .map((error) => ({ fault: toFault(config, error), keys: keysOf(error) }))
}

function keysOf(error: ErrorObject): readonly string[] {
  const { additionalProperty } = error.params as { readonly additionalProperty?: string }
  const own = additionalProperty ?? error.propertyName
  return [...keysOfPointer(error.instancePath), ...(own === undefined ? [] : [own])]
}

function toFault(config: object, error: ErrorObject): ConfigFault {
  const params = error.params as Readonly<Record<string, unknown>>
  const path = pathOf(config, keysOfPointer(error.instancePath))
  if (typeof params['additionalProperty'] === 'string') return unknownKey(path, params['additionalProperty'], error)
  if (typeof params['missingProperty'] === 'string') {
    return fault('bad_value', pathTo(path, params['missingProperty']), 'is missing', mendOf(error))
  }
  if (error.propertyName !== undefined) return badName(path, error.propertyName)
  if (error.schemaPath.startsWith('#/$defs/scope')) return fault('bad_scope', path, 'is no scope', mends.scope)
  return fault('bad_value', path, shapeText(error), mendOf(error))
}

function badName(path: string, name: string): ConfigFault {
  const at = pathTo(path, name)
  if (path === 'tools' || path === 'shadow.tools') {
    return fault('unknown_tool', at, 'is not the name of a tool', mends.tool)
  }
  return fault('bad_scope', at, 'is not the name of a scope', mends.scope)
}

const mends = {
  scope:
    'A scope is 1 to 128 printable ASCII characters without space, quote and backslash, and not of sign-in itself.',
  tool: 'A tool name is 1 to 128 of A-Z a-z 0-9 _ . -',
}

function unknownKey(path: string, key: string, error: ErrorObject): ConfigFault {
  const properties: unknown = (error.parentSchema as { properties?: object } | undefined)?.properties ?? {}
  const known = Object.keys(properties as object).filter((name) => !name.startsWith('$'))
  const mend = didYouMean(key, known, `Remove it; known here: ${known.join(', ')}.`)
  return fault('unknown_key', pathTo(path, key), 'is an unknown key', mend)
}

/** What the schema says of the place, or else of the nearest one around it that it speaks of. */
function mendOf({ parentSchema, instancePath }: ErrorObject): string {
  const own = describe(parentSchema)
  if (own !== undefined) return own
  let schema: unknown = configSchema
  let nearest: string | undefined
  for (const key of keysOfPointer(instancePath)) {
    schema = within(schema, key)
    nearest = describe(schema) ?? nearest
  }
  return nearest ?? 'Correct the value; the config reference describes it.'
}

function describe(schema: unknown): string | undefined {
  const { description, examples } = (schema ?? {}) as { description?: unknown; examples?: readonly unknown[] }
  if (typeof description !== 'string') return undefined
  const shown = (examples ?? []).map((example) => JSON.stringify(example)).join(' or ')
  return shown === '' ? description : `${description} Write for example ${shown}.`
}

function within(schema: unknown, key: string): unknown {
  const { properties, items, additionalProperties } = (schema ?? {}) as {
    properties?: object
    items?: unknown
    additionalProperties?: unknown
  }
  if (properties !== undefined && Object.hasOwn(properties, key)) return Reflect.get(properties, key)
  return items ?? additionalProperties
}
