import type { CompiledCondition } from '@toolgate/policy'
import { findingsOf, refuse, type Checked } from './checked.ts'
import { unknownKeys } from './known-keys.ts'
import type { Finding } from './load-fault.ts'
import { isPlainObject } from './plain-object.ts'
import { loadSchema } from './schema/load-schema.ts'
import { createMatcher } from './schema/validator.ts'

const maxScopes = 20
const maxAlternatives = 16
const maxConditions = 16
// RFC 6749 section 3.3, scope-token; the length keeps a challenge within its header.
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/
const reserved = ['offline_access', 'openid']

/** Checks a requirement (RFC 6749 section 3.3 for each scope) and gives its alternatives; `'authenticated'` is `[[]]`. */
export function checkRequirement(where: string, scopes: unknown): Checked<readonly (readonly string[])[]> {
  if (scopes === 'authenticated') return { ok: true, value: Object.freeze([Object.freeze([])]) }
  if (Array.isArray(scopes)) return alternativesOf(where, [scopes])
  if (!isPlainObject(scopes)) {
    const mend = "Write scopes: ['notes:read'], { anyOf: [['a'], ['b']] } or 'authenticated'."
    if (scopes === undefined) return refuse('missing_scopes', `${where} declares no scopes`, mend)
    return refuse('bad_scopes', `${where} is not a requirement`, mend)
  }
  const unknown = unknownKeys(where, scopes, ['anyOf'])
  if (unknown.length > 0) return { ok: false, findings: unknown }
  const { anyOf } = scopes
  if (!Array.isArray(anyOf) || anyOf.length === 0 || anyOf.length > maxAlternatives) {
    const message = `${where}: anyOf is not a list of 1 to ${String(maxAlternatives)} alternatives`
    return refuse('bad_scopes', message, "Give each alternative as a list: anyOf: [['notes:write'], ['notes:admin']].")
  }
  return alternativesOf(where, anyOf)
}

/** Checks the `when` of a tool and compiles its conditions. */
export function checkConditions(where: string, when: unknown, source: string): Checked<readonly CompiledCondition[]> {
  if (when === undefined) return { ok: true, value: Object.freeze([]) }
  if (!Array.isArray(when) || when.length > maxConditions) {
    const message = `${where} is not a list of at most ${String(maxConditions)} conditions`
    return refuse('bad_condition', message, "Write when: [{ arguments: { ...JSON Schema }, scopes: ['files:write'] }].")
  }
  const findings: Finding[] = []
  const conditions: CompiledCondition[] = []
  for (const [index, entry] of when.entries()) {
    const checked = checkCondition(`${where}[${String(index)}]`, entry, `when[${String(index)}] of the ${source}`)
    if (checked.ok) conditions.push(checked.value)
    else findings.push(...checked.findings)
  }
  return findings.length > 0 ? { ok: false, findings } : { ok: true, value: Object.freeze(conditions) }
}

function checkCondition(where: string, entry: unknown, source: string): Checked<CompiledCondition> {
  if (!isPlainObject(entry)) {
    return refuse('bad_condition', `${where} is not an object`, 'Write { arguments: { ... }, scopes: [...] }.')
  }
  const findings = unknownKeys(where, entry, ['arguments', 'scopes'])
  const scopes = checkScopes(`${where}.scopes`, entry['scopes'])
  const schema = loadSchema(`${where}.arguments`, entry['arguments'], 'any', createMatcher)
  findings.push(...findingsOf(scopes, schema))
  if (findings.length > 0 || !scopes.ok || !schema.ok) return { ok: false, findings }
  return {
    ok: true,
    value: Object.freeze({
      scopes: scopes.value,
      source,
      arguments: schema.value.schema,
      matches: schema.value.compiled,
    }),
  }
}

function alternativesOf(where: string, lists: readonly unknown[]): Checked<readonly (readonly string[])[]> {
  const checked = lists.map((list) => checkScopes(where, list))
  const findings = findingsOf(...checked)
  if (findings.length > 0) return { ok: false, findings }
  return { ok: true, value: Object.freeze(checked.flatMap((one) => (one.ok ? [one.value] : []))) }
}

/** Checks a list of scopes (RFC 6749 section 3.3 for each). */
export function checkScopes(where: string, list: unknown): Checked<readonly string[]> {
  if (!Array.isArray(list) || list.length === 0 || list.length > maxScopes) {
    const message = `${where} is not a list of 1 to ${String(maxScopes)} scopes`
    return refuse('bad_scopes', message, "Name the scopes, or write 'authenticated' for any caller with a valid token.")
  }
  const findings: Finding[] = []
  for (const scope of list as unknown[]) {
    if (typeof scope !== 'string' || !scopeToken.test(scope)) {
      const mend = 'A scope is 1 to 128 printable ASCII characters without space, quote and backslash.'
      findings.push({ code: 'bad_scopes', message: `${where} holds ${JSON.stringify(scope)}, which is no scope`, mend })
    } else if (reserved.includes(scope)) {
      const mend = 'Name a scope of your own, such as notes:read.'
      findings.push({ code: 'bad_scopes', message: `${where} holds ${scope}, which belongs to sign-in itself`, mend })
    }
  }
  if (findings.length > 0) return { ok: false, findings }
  return { ok: true, value: Object.freeze([...new Set(list as string[])]) }
}
