import type { CatalogueTool } from './catalogue.ts'

/** A map of tools that nobody can change once it is made: `Object.freeze` does not stop `Map.prototype.set`. */
export class ReadonlyToolMap implements ReadonlyMap<string, CatalogueTool> {
  readonly #tools: ReadonlyMap<string, CatalogueTool>

  constructor(entries: Iterable<readonly [string, CatalogueTool]>) {
    this.#tools = new Map(entries)
    Object.freeze(this)
  }

  get size(): number {
    return this.#tools.size
  }

  get(name: string): CatalogueTool | undefined {
    return this.#tools.get(name)
  }

  has(name: string): boolean {
    return this.#tools.has(name)
  }

  forEach(visit: (tool: CatalogueTool, name: string, map: ReadonlyMap<string, CatalogueTool>) => void): void {
    for (const [name, tool] of this.#tools) visit(tool, name, this)
  }

  entries(): MapIterator<[string, CatalogueTool]> {
    return this.#tools.entries()
  }

  keys(): MapIterator<string> {
    return this.#tools.keys()
  }

  values(): MapIterator<CatalogueTool> {
    return this.#tools.values()
  }

  [Symbol.iterator](): MapIterator<[string, CatalogueTool]> {
    return this.#tools.entries()
  }
}
