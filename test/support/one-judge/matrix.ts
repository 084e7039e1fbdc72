import { Agent } from 'node:http'
import { runsOf } from '../tool-runs.ts'
import type { Caller } from './callers.ts'
import { paths } from './paths.ts'
import { createProbe, type Difference, type Run } from './probe.ts'
import type { World } from './world.ts'

const atOnce = 12

/** What a run of the matrix found. */
export interface MatrixReport {
  readonly differences: readonly Difference[]
  readonly requests: number
}

/**
 * Walks every path as every caller at every revision and compares with `decide`.
 *
 * @param origin where to send; the host's own by default
 * @param callers all of the world's by default
 */
export async function runMatrix(
  world: World,
  origin: string = world.host.origin,
  callers: readonly Caller[] = world.callers,
): Promise<MatrixReport> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  const run: Run = { world, origin, agent, differences: [], requests: 0, seenRuns: new Map() }
  const waiting = [...callers]
  try {
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (let caller = waiting.pop(); caller !== undefined; caller = waiting.pop()) await walk(run, caller)
      }),
    )
    return { differences: run.differences, requests: run.requests }
  } finally {
    agent.destroy()
  }
}

async function walk(run: Run, caller: Caller): Promise<void> {
  const token = await run.world.tokenOf(caller)
  const before = runsIn(caller)
  for (const path of paths) {
    if (path.besideHttp === true && run.origin !== run.world.host.origin) continue
    for (const revision of path.revisions) {
      await path.check(createProbe(run, caller, token, { revision, path: path.name }))
    }
  }
  const ran = runsIn(caller) - before
  const probe = createProbe(run, caller, token, { revision: 'any', path: 'no answer at all' })
  probe.compare('(all)', `ran ${String(run.seenRuns.get(caller.subject) ?? 0)} times`, `ran ${String(ran)} times`)
}

function runsIn({ subject }: Caller): number {
  return [...runsOf(subject).values()].reduce((sum, count) => sum + count, 0)
}
