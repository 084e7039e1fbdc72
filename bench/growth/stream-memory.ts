import { join } from 'node:path'
import type { BenchIssuer } from '../issuer.ts'
import { median } from '../median.ts'
import type { Caller, PartySettings } from '../messages.ts'
import { startPartyProcess, type PartyProcess } from '../party-process.ts'
import { createWorkspace } from '../workspace.ts'
import { createIdleStreams } from './idle-streams.ts'

/** Streams that are open before anything is counted: what a process needs once is no stream's. */
export const STREAMS_BEFORE = 200
/** Streams that are counted; with those before below the 4,096 that a host allows. */
export const STREAMS_COUNTED = 3_000
/** Below the 32 that a host allows one caller. */
const STREAMS_PER_CALLER = 16

const SCRIPTS = {
  host: import.meta.resolve('../parties/toolgate.ts'),
  bare: import.meta.resolve('../parties/bare-streams.ts'),
} as const
type Server = keyof typeof SCRIPTS

/** What one more idle stream takes of a process, in bytes. */
export interface StreamMemory {
  /** Of everything that the system counts as the process's own (RSS). */
  readonly resident: number
  /** Of that without the young generation of the engine's heap, which grows to its bound once, for whatever a process does. */
  readonly lasting: number
  /** Of what is in use of the engine's heap, and what objects hold outside of it. */
  readonly heap: number
}

/** Medians over the repeats, and of the ratio the median of each repeat's. */
export interface StreamFigures extends Record<Server, StreamMemory> {
  readonly hostTimesBare: StreamMemory
}

/**
 * Measures what an idle stream takes of the host and of a bare `node:http` server, side by side, with a process of its own each time:
 * what a process has once taken it seldom gives back.
 *
 * @throws Error if a stream was refused, or ended while it was measured
 */
export async function measureStreams(
  folder: string,
  issuer: BenchIssuer,
  repeats: number,
  progress: (text: string) => void,
): Promise<StreamFigures> {
  const found: Record<Server, StreamMemory[]> = { host: [], bare: [] }
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    progress(`memory of idle streams, ${String(repeat + 1)} of ${String(repeats)}`)
    for (const server of repeat % 2 === 0 ? (['host', 'bare'] as const) : (['bare', 'host'] as const)) {
      const own = join(folder, `streams-${server}-${String(repeat)}`)
      found[server].push(await measureOnce(server, await createWorkspace(own, issuer, 10, { tells: true }), issuer))
    }
  }
  return streamFigures(found)
}

function each(value: (of: keyof StreamMemory) => number): StreamMemory {
  return { resident: value('resident'), lasting: value('lasting'), heap: value('heap') }
}

/** The figures of all repeats. */
export function streamFigures({ host, bare }: Record<Server, readonly StreamMemory[]>): StreamFigures {
  return {
    host: each((of) => median(host.map((memory) => memory[of]))),
    bare: each((of) => median(bare.map((memory) => memory[of]))),
    hostTimesBare: each((of) => median(host.map((memory, repeat) => memory[of] / (bare[repeat]?.[of] ?? Number.NaN)))),
  }
}

async function measureOnce(server: Server, settings: PartySettings, issuer: BenchIssuer): Promise<StreamMemory> {
  const count = STREAMS_BEFORE + STREAMS_COUNTED
  const tokens = await issuer.makeCallers(settings.resource, Math.ceil(count / STREAMS_PER_CALLER), 'plain')
  const callers = tokens.flatMap((caller) => Array.from({ length: STREAMS_PER_CALLER }, (): Caller => caller))
  const party = await startPartyProcess(SCRIPTS[server], settings, ['--expose-gc'])
  const streams = createIdleStreams(Number(new URL(settings.resource).port))
  try {
    await streams.open(callers.slice(0, STREAMS_BEFORE))
    const before = await memoryOf(party)
    await streams.open(callers.slice(STREAMS_BEFORE, count))
    const after = await memoryOf(party)
    streams.requireOpen()
    return each((of) => (after[of] - before[of]) / STREAMS_COUNTED)
  } finally {
    streams.close()
    await party.close()
  }
}

async function memoryOf(party: PartyProcess): Promise<StreamMemory> {
  const message = await party.ask('memory')
  if (message.type !== 'memory') throw new Error('a server answered out of turn')
  const { residentBytes, youngBytes, heapBytes } = message.memory
  return { resident: residentBytes, lasting: residentBytes - youngBytes, heap: heapBytes }
}
