const none: readonly string[] = Object.freeze([])

/** Those of some scopes that a caller does not hold, in their order. Nothing is made where nothing is missing. */
export function lacking(scopes: readonly string[], effective: ReadonlySet<string>): readonly string[] {
  let missing: string[] | undefined
  for (const scope of scopes) {
    if (effective.has(scope)) continue
    if (missing === undefined) missing = [scope]
    else missing.push(scope)
  }
  return missing ?? none
}
