/** Whether no two items are equal as JSON Schema 2020-12 has it (core, section 4.2.2), in time that grows with their size. */
export function areUnique(items: readonly unknown[]): boolean {
  return new Set(items.map(textOf)).size === items.length
}

/** One text per JSON value: members in one order, so that objects are equal whatever theirs was. */
function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${textOf(member)}`).join(',')}}`
}
