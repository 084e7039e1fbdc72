import { fullFormats } from 'ajv-formats/dist/formats.js'
import { RE2JS } from 're2js'

type Check = (text: string) => boolean

/** Longest text that a format with an engine of its own is tried on: RFC 1035 names and ISO 8601 durations are shorter. */
const maxShort = 300

/** The formats of JSON Schema 2020-12 that are checked; any other is a load error, because it would check nothing. */
export const formats: ReadonlyMap<string, Check> = new Map<string, Check>([
  ...(['date', 'time', 'date-time', 'duration', 'hostname'] as const).map((name): [string, Check] => [
    name,
    short(ofAjv(name)),
  ]),
  ...(
    [
      'email',
      'ipv4',
      'ipv6',
      'uri-reference',
      'uri-template',
      'uuid',
      'json-pointer',
      'relative-json-pointer',
      'json-pointer-uri-fragment',
    ] as const
  ).map((name): [string, Check] => [name, linear(name)]),
  ['uri', absolute(linear('uri-reference'))],
  ['regex', short(ofAjv('regex'))],
])

function ofAjv(name: keyof typeof fullFormats): Check {
  const format: unknown = fullFormats[name]
  if (format instanceof RegExp) return (text) => format.test(text)
  if (typeof format === 'function') return format as Check
  if (typeof format === 'object' && format !== null && 'validate' in format && typeof format.validate === 'function') {
    return format.validate as Check
  }
  throw new TypeError(`ajv-formats has no check for ${name}`)
}

function short(check: Check): Check {
  return (text) => text.length <= maxShort && check(text)
}

// Compiled on first use: a large expression takes milliseconds, and most plugins use none.
function linear(name: keyof typeof fullFormats): Check {
  const expression: unknown = fullFormats[name]
  if (!(expression instanceof RegExp)) throw new TypeError(`ajv-formats has no expression for ${name}`)
  const flags = expression.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0
  let compiled: RE2JS | undefined
  return (text) => (compiled ??= RE2JS.compile(RE2JS.translateRegExp(expression.source), flags)).test(text)
}

function absolute(reference: Check): Check {
  return (text) => /^[a-z][a-z0-9+.-]*:/i.test(text) && reference(text)
}
