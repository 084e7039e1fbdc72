const identifier = /^[A-Za-z_$][A-Za-z0-9_$]*$/

/** Appends a key or an index to a path, as JavaScript would write it: `scopes["notes:write"].implies[0]`. */
export function pathTo(base: string, key: string | number): string {
  if (typeof key === 'number') return `${base}[${String(key)}]`
  if (!identifier.test(key)) return `${base}[${JSON.stringify(key)}]`
  return base === '' ? key : `${base}.${key}`
}

/** The keys of a JSON Pointer (RFC 6901). */
export function keysOfPointer(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((escaped) => escaped.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The path of a place in `root`. */
export function pathOf(root: unknown, keys: readonly string[]): string {
  let path = ''
  let value = root
  for (const key of keys) {
    path = pathTo(path, Array.isArray(value) ? Number(key) : key)
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
  }
  return path
}
