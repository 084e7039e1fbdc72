/** Numbers that look random and are the same for the same seed (mulberry32), so that a failure can be repeated. */
export interface Random {
  /** A whole number from 0 to below `end`. */
  below(end: number): number
  /** One of these. */
  of<Item>(items: readonly [Item, ...Item[]]): Item
  /** Latin-1 text of random bytes. */
  bytes(length: number): string
}

/** Makes a source of numbers. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const below = (end: number) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end)
  }
  return {
    below,
    of: (items) => items[below(items.length)] ?? items[0],
    bytes: (length) => String.fromCharCode(...Array.from({ length }, () => below(256))),
  }
}
