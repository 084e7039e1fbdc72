/** Characters of each URI. */
const longestUri = 2_048

/** What one client of a revision before 2026-07-28 is subscribed to. */
export class SubscribedUris {
  readonly #most: number
  readonly #uris = new Set<string>()

  /** @param most resources that it may subscribe to */
  constructor(most: number) {
    this.#most = most
  }

  has(uri: string): boolean {
    return this.#uris.has(uri)
  }

  /** @returns whether there was room for it */
  add(uri: string): boolean {
    if (this.#uris.size >= this.#most || uri.length > longestUri) return this.#uris.has(uri)
    this.#uris.add(uri)
    return true
  }

  delete(uri: string): void {
    this.#uris.delete(uri)
  }

  clear(): void {
    this.#uris.clear()
  }
}
