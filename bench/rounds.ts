import type { Generator } from './load/generator.ts'
import { measureSlot, slotKey, type Sample, type Slot } from './slot.ts'

/** How long the benchmark runs. */
export interface Pace {
  readonly rounds: number
  readonly warmUpMs: number
  /** Load before each stretch that is measured: a server that stood still for others is not what one under load is, and has to verify its tokens again. */
  readonly leadMs: number
  readonly slotMs: number
  readonly starts: number
}

/** The samples of every slot, one per round, by slot key. */
export type Samples = ReadonlyMap<string, readonly Sample[]>

/** Requests of every slot, the warm-up included, by slot key. */
export type Counts = ReadonlyMap<string, number>

function keyOf({ party, method, family, connections }: Slot): string {
  return slotKey(party.name, method, family, party.settings.toolCount, connections)
}

/** Another slot begins in each round, and every other round runs backwards. */
function rotated(group: readonly Slot[], round: number): readonly Slot[] {
  const first = (round * 3) % group.length
  const order = [...group.slice(first), ...group.slice(0, first)]
  return round % 2 === 0 ? order : order.reverse()
}

/**
 * Warms every slot up, then measures each once per round, after a lead. Slots of one group stand side by side, and each round begins
 * with another one, so that what slows the machine for a while slows all that are compared.
 */
export async function runRounds(
  generator: Generator,
  groups: readonly (readonly Slot[])[],
  pace: Pace,
  progress: (text: string) => void,
): Promise<{ samples: Samples; counts: Counts }> {
  const samples = new Map<string, Sample[]>()
  const counts = new Map<string, number>()
  const measure = async (slot: Slot, durationMs: number): Promise<Sample> => {
    const sample = await measureSlot(generator, slot, durationMs)
    counts.set(keyOf(slot), (counts.get(keyOf(slot)) ?? 0) + sample.requests)
    return sample
  }
  progress('warming up')
  for (const slot of groups.flat()) {
    await measure(slot, pace.warmUpMs)
    samples.set(keyOf(slot), [])
  }
  for (let round = 0; round < pace.rounds; round += 1) {
    progress(`round ${String(round + 1)} of ${String(pace.rounds)}`)
    for (const group of groups) {
      for (const slot of rotated(group, round)) {
        await measure(slot, pace.leadMs)
        samples.get(keyOf(slot))?.push(await measure(slot, pace.slotMs))
      }
    }
  }
  return { samples, counts }
}
