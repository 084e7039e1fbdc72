/** How much of a long run is done: `npm test` takes the short form, `npm run test:reliability` the long one. */
export const scale: 'short' | 'long' = process.env.TOOLGATE_RELIABILITY === 'long' ? 'long' : 'short'

/** Picks the figure of a run by its {@link scale}. */
export function scaled<Figure>(figures: { readonly short: Figure; readonly long: Figure }): Figure {
  return figures[scale]
}

/** Prints what was measured, on a line of its own that names it. */
export function print(name: string, figures: Readonly<Record<string, string | number>>): void {
  const parts = Object.entries(figures).map(([key, value]) => `${key} ${String(value)}`)
  process.stdout.write(`    ${name} (${scale}): ${parts.join(', ')}\n`)
}
