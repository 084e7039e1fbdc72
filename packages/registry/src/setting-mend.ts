import { isPlainObject } from './plain-object.ts'
import type { ValidationFault } from './schema/validator.ts'

/**
 * What to do about a setting of a plugin that its schema refuses: where to set it, and what the plugin says of it.
 *
 * @param schema the plugin's schema of its settings
 */
export function settingMend(schema: unknown, { pointer, message }: ValidationFault): string {
  const absent = /^must have required property '(.*)'$/.exec(message)?.[1]
  const keys = [...pointer.split('/').slice(1).map(unescaped), ...(absent === undefined ? [] : [absent])]
  let nearest: string | undefined
  let place: unknown = schema
  for (const key of keys) {
    place = within(place, key)
    if (isPlainObject(place) && typeof place['description'] === 'string') nearest = place['description']
  }
  const what = absent === undefined ? 'Correct it' : `Set ${absent}`
  const says =
    nearest === undefined ? 'the README of the plugin lists its settings.' : `the plugin says of it: ${nearest}`
  return `${what} in mcp.config.ts; ${says}`
}

function within(schema: unknown, key: string): unknown {
  if (!isPlainObject(schema)) return undefined
  const { properties, items, additionalProperties } = schema
  if (isPlainObject(properties) && Object.hasOwn(properties, key)) return properties[key]
  return items ?? additionalProperties
}

function unescaped(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~')
}
