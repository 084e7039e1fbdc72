import { join } from 'node:path'
import { startIssuer } from '../issuer.ts'
import { startGenerator } from '../load/generator.ts'
import { target, type Target } from '../report.ts'
import { runRounds, type Pace } from '../rounds.ts'
import { createRunFolder } from '../workspace.ts'
import { connectionGrowth, toolGrowth, type ConnectionGrowth, type ToolGrowth } from './growth-figures.ts'
import {
  checkGrowthAudits,
  connectionGroup,
  startGrowthRunners,
  toolGroups,
  type GrowthRunner,
} from './growth-runners.ts'
import { measureStreams, type StreamFigures } from './stream-memory.ts'

/** What grows, and is measured by itself. */
export const GROWTH_PARTS = ['tools', 'connections', 'streams'] as const
/** One of {@link GROWTH_PARTS}. */
export type GrowthPart = (typeof GROWTH_PARTS)[number]

/** Everything that was found out about growth; without the parts that were not asked for. */
export interface GrowthResult {
  readonly tools?: readonly ToolGrowth[]
  readonly connections?: readonly ConnectionGrowth[]
  readonly streams?: StreamFigures
  readonly targets: readonly Target[]
  readonly auditRecords: number
}

const MOST_PER_STREAM_KIB = 32
const LEAST_RATE_BY_FEWEST = 0.95
const MOST_P99 = 3
/** Where the issue asks for it. */
const P99_CONNECTIONS = 64

/**
 * Measures how the host grows beside the floor: with tools, with connections, with idle streams.
 *
 * @throws Error if any answer was wrong, a call is missing in the host's audit, or a stream ended early
 */
export async function runGrowth(
  parts: readonly GrowthPart[],
  pace: Pace,
  progress: (text: string) => void,
): Promise<GrowthResult> {
  const folder = createRunFolder()
  const issuer = await startIssuer()
  const runners: GrowthRunner[] = []
  try {
    // Before the servers of the rest are there, and the machine is theirs.
    const streams = parts.includes('streams')
      ? await measureStreams(join(folder.path, 'idle'), issuer, pace.starts, progress)
      : undefined
    const load = parts.some((part) => part !== 'streams')
    if (load) {
      progress('starting the servers that grow')
      await startGrowthRunners(runners, folder.path, issuer)
    }
    const loaded = load ? await runLoads(parts, runners, pace, progress) : { auditRecords: 0 }
    const result = { ...loaded, ...(streams !== undefined && { streams }) }
    return { ...result, targets: growthTargets(result) }
  } finally {
    for (const { party } of runners) await party.close()
    issuer.close()
    folder.remove()
  }
}

async function runLoads(
  parts: readonly GrowthPart[],
  runners: readonly GrowthRunner[],
  pace: Pace,
  progress: (text: string) => void,
): Promise<Omit<GrowthResult, 'streams' | 'targets'>> {
  const generator = startGenerator()
  try {
    const groups = [
      ...(parts.includes('tools') ? toolGroups(runners) : []),
      ...(parts.includes('connections') ? [connectionGroup(runners)] : []),
    ]
    const { samples, counts } = await runRounds(generator, groups, pace, (text) => {
      progress(`growth: ${text}`)
    })
    return {
      ...(parts.includes('tools') && { tools: await toolGrowth(samples, runners) }),
      ...(parts.includes('connections') && { connections: connectionGrowth(samples) }),
      auditRecords: await checkGrowthAudits(runners, counts),
    }
  } finally {
    generator.close()
  }
}

/** What the issue asks of growth. */
function growthTargets({ tools, connections, streams }: Omit<GrowthResult, 'targets'>): Target[] {
  const most = tools?.at(-1)
  const crowd = connections?.find((figures) => figures.connections === P99_CONNECTIONS)
  return [
    ...(most === undefined
      ? []
      : [
          target(
            `call: rate at N=${String(most.toolCount)} / N=10`,
            most.callRateByFewest,
            'at least',
            LEAST_RATE_BY_FEWEST,
          ),
        ]),
    ...(crowd === undefined
      ? []
      : [target("call, 64 connections: p99 / floor's, once more", crowd.p99.hostTimesFloor, 'at most', MOST_P99)]),
    ...(streams === undefined ? [] : streamTargets(streams)),
  ]
}

function streamTargets({ host }: StreamFigures): Target[] {
  const most = (name: string, bytes: number): Target =>
    target(name, bytes / 1024, 'at most', MOST_PER_STREAM_KIB, 'KiB')
  return [
    most('resident memory of an idle stream (aim 24)', host.resident),
    most('the same without the young generation', host.lasting),
  ]
}
