/** Stands at the end of a list that a record had no room for, and says how many entries are left out. No scope is like it. */
export function cutMark(count: number): string {
  return `… ${String(count)} more`
}

/** Whether an entry of a list is no entry, but says that the list was cut. */
export function isCutMark(entry: string): boolean {
  return /^… \d+ more$/.test(entry)
}
