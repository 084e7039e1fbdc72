import type { AuthorizeContext } from '@toolgate/plugin'
import { checkScopes } from './check-scopes.ts'
import { finding, findingsOf, refuse, type Checked } from './checked.ts'

/** The author's second look at a call, and what it may demand. */
export interface AuthorLook {
  readonly authorize: (args: unknown, context: AuthorizeContext) => unknown
  readonly mayRequire: readonly string[]
}

/**
 * Checks `authorize` and `mayRequire` of a tool. Each is read once: what was checked is what runs.
 *
 * @returns undefined for a tool that has neither
 */
export function checkAuthorize(
  where: string,
  tool: Readonly<Record<string, unknown>>,
): Checked<AuthorLook | undefined> {
  const read = readOnce(tool)
  if (read === undefined) {
    const mend = 'Write authorize(args, context) { ... } and mayRequire: [...] as plain members.'
    return refuse('bad_authorize', `${where}: authorize or mayRequire throws when it is read`, mend)
  }
  const { authorize, mayRequire } = read
  if (authorize === undefined && mayRequire === undefined) return { ok: true, value: undefined }
  const scopes = checkMayRequire(`${where}: mayRequire`, authorize, mayRequire)
  const findings = findingsOf(scopes)
  if (authorize !== undefined && typeof authorize !== 'function') {
    const mend = 'Give authorize(args, context) { ... }, or leave it out.'
    findings.push(finding('bad_authorize', `${where}: authorize is no function`, mend))
  }
  if (findings.length > 0 || typeof authorize !== 'function' || !scopes.ok) return { ok: false, findings }
  const look = authorize as AuthorLook['authorize']
  return {
    ok: true,
    value: { authorize: (args, context) => look.call(tool, args, context), mayRequire: scopes.value },
  }
}

function readOnce(tool: Readonly<Record<string, unknown>>): Record<'authorize' | 'mayRequire', unknown> | undefined {
  try {
    return { authorize: tool['authorize'], mayRequire: tool['mayRequire'] }
  } catch {
    return undefined
  }
}

function checkMayRequire(where: string, authorize: unknown, mayRequire: unknown): Checked<readonly string[]> {
  if (authorize === undefined) {
    const mend = 'Give authorize(args, context) beside it, or remove it: it names what authorize may demand.'
    return refuse('bad_may_require', `${where} stands without authorize`, mend)
  }
  if (mayRequire === undefined) {
    const mend = "Name every scope that authorize may demand: mayRequire: ['notes:private'], or [] if it only refuses."
    return refuse('bad_may_require', `${where} is missing beside authorize`, mend)
  }
  if (Array.isArray(mayRequire) && mayRequire.length === 0) return { ok: true, value: Object.freeze([]) }
  const scopes = checkScopes(where, mayRequire)
  if (scopes.ok) return scopes
  return { ok: false, findings: scopes.findings.map((one) => ({ ...one, code: 'bad_may_require' as const })) }
}
