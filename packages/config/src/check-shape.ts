import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import { fault, type ConfigFault } from './config-fault.ts'
import { keysOfPointer, pathOf, pathTo } from './config-path.ts'
import { configSchema } from './config-schema.ts'
import { didYouMean } from './nearest-key.ts'

const validate = new Ajv2020({
  allErrors: true,
  verbose: true,
  allowUnionTypes: true,
  strictTypes: false,
  strictRequired: false,
  ownProperties: true,
  useDefaults: true,
}).compile({
  ...configSchema,
  properties: {
    ...configSchema.properties,
    // What an issuer leaves out comes from its preset before it comes from the defaults: `resolveIssuerSettings` knows both.
    authorizationServers: withoutDefaults(configSchema.properties.authorizationServers),
  },
})

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
  return fault('bad_value', path, messageOf(error, params), mendOf(error))
}

function badName(path: string, name: string): ConfigFault {
  const at = pathTo(path, name)
  if (path === 'tools') return fault('unknown_tool', at, 'is not the name of a tool', mends.tool)
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

function messageOf(error: ErrorObject, params: Readonly<Record<string, unknown>>): string {
  if (Array.isArray(params['allowedValues'])) return `must be one of ${params['allowedValues'].join(', ')}`
  if (error.keyword === 'const') return `must be ${JSON.stringify(params['allowedValue'])}`
  return error.message ?? `breaks ${error.keyword}`
}

function mendOf(error: ErrorObject): string {
  const { description } = (error.parentSchema ?? {}) as { description?: unknown }
  return typeof description === 'string' ? description : 'Correct the value; the config reference describes it.'
}
