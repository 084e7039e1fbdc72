import { GROWTH_PARTS } from './growth/run-growth.ts'

/** What the benchmark has: the host beside others, and the parts of its growth. */
export const PARTS = ['hosts', ...GROWTH_PARTS] as const
/** One of {@link PARTS}. */
export type Part = (typeof PARTS)[number]

const SHORT: Readonly<Record<string, readonly Part[]>> = {
  growth: GROWTH_PARTS,
  ...Object.fromEntries(PARTS.map((part) => [part, [part]])),
}

/**
 * Reads which parts are to run: names with commas between them, `growth` for all of it; all parts if nothing is said.
 *
 * @throws Error that names what is no part
 */
export function partsOf(only: string | undefined): readonly Part[] {
  if (only === undefined) return PARTS
  return only.split(',').flatMap((name) => {
    const parts = Object.hasOwn(SHORT, name) ? SHORT[name] : undefined
    if (parts === undefined) {
      throw new Error(`--only ${name}: say ${[...PARTS, 'growth'].join(', ')}, or several of them with commas`)
    }
    return parts
  })
}
