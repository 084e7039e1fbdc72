/** A map that nobody can change once it is made: `Object.freeze` does not stop `Map.prototype.set`. */
export class ReadonlyEntries<Value> implements ReadonlyMap<string, Value> {
  readonly #entries: ReadonlyMap<string, Value>

  constructor(entries: Iterable<readonly [string, Value]>) {
    this.#entries = new Map(entries)
    Object.freeze(this)
  }

  get size(): number {
    return this.#entries.size
  }

  get(name: string): Value | undefined {
    return this.#entries.get(name)
  }

  has(name: string): boolean {
    return this.#entries.has(name)
  }

  forEach(visit: (value: Value, name: string, map: ReadonlyMap<string, Value>) => void): void {
    for (const [name, value] of this.#entries) visit(value, name, this)
  }

  entries(): MapIterator<[string, Value]> {
    return this.#entries.entries()
  }

  keys(): MapIterator<string> {
    return this.#entries.keys()
  }

  values(): MapIterator<Value> {
    return this.#entries.values()
  }

  [Symbol.iterator](): MapIterator<[string, Value]> {
    return this.#entries.entries()
  }
}
