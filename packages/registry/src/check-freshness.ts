import type { FreshnessRequirement } from '@toolgate/plugin'
import { finding, refuse, type Checked } from './checked.ts'
import { unknownKeys } from './known-keys.ts'
import { isPlainObject } from './plain-object.ts'

const maxValues = 10
const maxSeconds = 31_536_000
// The length keeps a challenge within its header, in which the values are separated by spaces.
const acrValue = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/
const mend = "Write requires: { maxAgeSeconds: 300 }, { acr: ['gold'] } or both."

/** Checks what a tool asks of the sign-in (RFC 9470); undefined where it asks for nothing. */
export function checkFreshness(where: string, requires: unknown): Checked<FreshnessRequirement | undefined> {
  if (requires === undefined) return { ok: true, value: undefined }
  if (!isPlainObject(requires)) return refuse('bad_freshness', `${where} is not an object`, mend)
  const { acr, maxAgeSeconds } = requires
  const findings = unknownKeys(where, requires, ['acr', 'maxAgeSeconds'])
  if (acr === undefined && maxAgeSeconds === undefined) {
    findings.push(finding('bad_freshness', `${where} asks for nothing`, mend))
  }
  if (acr !== undefined && !isAcrList(acr)) {
    const message = `${where}.acr is not a list of 1 to ${String(maxValues)} values of acr`
    findings.push(finding('bad_freshness', message, 'A value is 1 to 128 printable ASCII characters without space.'))
  }
  if (maxAgeSeconds !== undefined && !isAge(maxAgeSeconds)) {
    const message = `${where}.maxAgeSeconds is out of range`
    findings.push(finding('bad_freshness', message, `Give whole seconds from 1 to ${String(maxSeconds)}.`))
  }
  if (findings.length > 0) return { ok: false, findings }
  const value = {
    ...(acr !== undefined && { acr: Object.freeze([...new Set(acr as readonly string[])]) }),
    ...(maxAgeSeconds !== undefined && { maxAgeSeconds: maxAgeSeconds as number }),
  }
  return { ok: true, value: Object.freeze(value) }
}

function isAcrList(acr: unknown): boolean {
  if (!Array.isArray(acr) || acr.length === 0 || acr.length > maxValues) return false
  return acr.every((value) => typeof value === 'string' && acrValue.test(value))
}

function isAge(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= maxSeconds
}
