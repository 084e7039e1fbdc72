import type { Answer, NoAnswer } from './probe.ts'

/** A JSON object that somebody answered. */
export type JsonObject = Readonly<Record<string, unknown>>

/** The object that an answer is, or what is wrong with it, in words. */
export function jsonObject(answer: Answer | NoAnswer): JsonObject | string {
  if ('problem' in answer) return answer.problem
  const { status, headers, body } = answer
  const to = headers.get('location')
  if (status >= 300 && status < 400) return `a redirect to ${to ?? 'nowhere'}, which no client follows`
  if (status !== 200) return `status ${String(status)}`
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  } catch {
    return 'no UTF-8 JSON'
  }
  return 'JSON, but no object'
}

/** The strings of a member that is a list; undefined if it is none. */
export function stringsOf(document: JsonObject, member: string): readonly string[] | undefined {
  const value = Object.hasOwn(document, member) ? document[member] : undefined
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined
}
