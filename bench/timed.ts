import { median } from './median.ts'

const WARM_UPS = 10
const STRETCHES = 21

/** Microseconds of one run of each work, stretch by stretch in turn, after a warm-up: what slows the machine slows all. */
function stretches(runs: number, works: readonly ((run: number) => void)[]): number[][] {
  const figures: number[][] = works.map(() => [])
  for (let stretch = 0; stretch < WARM_UPS + STRETCHES; stretch += 1) {
    for (const [index, work] of works.entries()) {
      const start = performance.now()
      for (let run = 0; run < runs; run += 1) work(stretch * runs + run)
      const microseconds = ((performance.now() - start) * 1000) / runs
      if (stretch >= WARM_UPS) figures[index]?.push(microseconds)
    }
  }
  return figures
}

/** Microseconds of one run of each work: the medians of 21 stretches. A work is told how often it ran before. */
export function timed(runs: number, works: readonly ((run: number) => void)[]): number[] {
  return stretches(runs, works).map(median)
}

/** As {@link timed}, of two works, with the median of how many times the second took as long as the first. */
export function timedRatio(
  runs: number,
  first: (run: number) => void,
  second: (run: number) => void,
): { readonly first: number; readonly second: number; readonly ratio: number } {
  const [firsts = [], seconds = []] = stretches(runs, [first, second])
  const ratios = seconds.map((microseconds, stretch) => microseconds / (firsts[stretch] ?? Number.NaN))
  return { first: median(firsts), second: median(seconds), ratio: median(ratios) }
}
