/** Freezes a value made of plain objects and arrays, all the way down. Meant for JSON of bounded depth. */
export function freezeDeep<Value>(value: Value): Value {
  // What is no object counts as frozen.
  if (Object.isFrozen(value)) return value
  Object.values(value as object).forEach(freezeDeep)
  return Object.freeze(value)
}
