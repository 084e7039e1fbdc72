import { PolicyError, type GrantCondition } from '@toolgate/policy'
import { HostError } from '../errors.ts'
import { formatPins } from './format-pins.ts'
import { pinnedJudge } from './pinned-judge.ts'
import { lockVersion, type FactValue, type PinnedGrant, type Pins, type ToolPin } from './pins.ts'
import { readRequirementLine } from './requirement-line.ts'

type Members = Readonly<Record<string, unknown>>

/** Whether a text is meant to be a lock file, whatever else is wrong with it. */
export function isLockText(text: string): boolean {
  try {
    const document: unknown = JSON.parse(text)
    return typeof document === 'object' && document !== null && Object.hasOwn(document, 'lockVersion')
  } catch {
    return false
  }
}

/**
 * Reads the text of a lock file. It must be what this version would write, white space aside: nothing in it is guessed,
 * skipped or repeated.
 *
 * @param name what a fault calls the file
 * @throws HostError `lock-unreadable`
 */
export function parsePins(text: string, name: string): Pins {
  const document = parseJson(text, name)
  if (document['lockVersion'] !== lockVersion) {
    const version = JSON.stringify(document['lockVersion'] ?? null)
    throw unreadable(name, `is of lockVersion ${version}, and this version of Toolgate reads ${String(lockVersion)}`)
  }
  try {
    const pins = readPins(document)
    if (withoutSpace(formatPins(pins)) !== withoutSpace(text)) throw new TypeError('it is not as it was written')
    // A circle of implications has no judge.
    pinnedJudge(pins)
    return pins
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof PolicyError)) throw error
    throw unreadable(name, `cannot be taken at its word: ${error.message}`, error)
  }
}

function parseJson(text: string, name: string): Members {
  try {
    return members(JSON.parse(text))
  } catch (error) {
    throw unreadable(name, 'is no JSON object', error)
  }
}

function readPins(document: Members): Pins {
  const implies = Object.entries(members(document['implies']))
  const tools = Object.entries(members(document['tools']))
  return {
    implies: new Map(implies.map(([scope, implied]) => [scope, words(implied)])),
    grants: list(document['grants']).map(readGrant),
    tools: tools.map(([tool, pin]) => readPin(tool, members(pin))),
  }
}

function readPin(tool: string, { scopes, when = {}, ...facts }: Members): ToolPin {
  return {
    tool,
    alternatives: readRequirementLine(line(scopes)),
    when: new Map(Object.entries(members(when)).map(([schema, further]) => [schema, words(further)])),
    facts: new Map(Object.entries(facts).map(([name, value]) => [name, factValue(value)])),
  }
}

function readGrant(rule: unknown): PinnedGrant {
  const { issuer, conditions, scopes } = members(rule)
  return { issuer: line(issuer), conditions: list(conditions).map(readCondition), scopes: words(scopes) }
}

function readCondition(condition: unknown): GrantCondition {
  const { claim, equals, anyOf } = members(condition)
  if (equals !== undefined) return { claim: line(claim), equals: line(equals) }
  return { claim: line(claim), anyOf: Object.keys(members(anyOf)) }
}

function members(value: unknown): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('an object is missing')
  return value as Members
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError('a list is missing')
  return value
}

function line(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('a text is missing')
  return value
}

function words(value: unknown): readonly string[] {
  return line(value).split(' ')
}

function factValue(value: unknown): FactValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  throw new TypeError('a word, a number, true or false is missing')
}

/** A JSON text without the white space between its parts: line ends and indentation are the formatter's. */
function withoutSpace(text: string): string {
  return text.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, '$1')
}

function unreadable(name: string, message: string, cause?: unknown): HostError {
  const mend = 'Take it from version control, or run "toolgate lock" and review what it writes.'
  const fault = { path: name, message, mend }
  return new HostError('lock-unreadable', `${name} ${message}`, [fault], cause === undefined ? {} : { cause })
}
