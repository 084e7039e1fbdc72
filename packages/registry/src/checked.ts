import type { Finding, LoadFaultCode } from './load-fault.ts'

/** What a check gives: the value in its resolved form, or every finding. */
export type Checked<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly findings: readonly Finding[] }

/** A check that failed. */
export type Refused = Extract<Checked<never>, { ok: false }>

/** One finding. */
export function finding(code: LoadFaultCode, message: string, mend: string): Finding {
  return { code, message, mend }
}

/** A check that failed with one finding. */
export function refuse(code: LoadFaultCode, message: string, mend: string): Refused {
  return { ok: false, findings: [finding(code, message, mend)] }
}

/** The findings of whichever checks failed. */
export function findingsOf(...checks: readonly (Checked<unknown> | undefined)[]): Finding[] {
  return checks.flatMap((check) => (check?.ok === false ? check.findings : []))
}
