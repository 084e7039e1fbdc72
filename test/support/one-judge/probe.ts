import type { Agent } from 'node:http'
import { runsOf } from '../tool-runs.ts'
import { mcpHeaders, send, type WireAnswer, type WireRequest } from '../wire.ts'
import type { Caller } from './callers.ts'
import { inRevision, type Message } from './speech.ts'
import type { Seen } from './verdicts.ts'
import type { World } from './world.ts'

/** Where the wire does something else than `decide` says. */
export interface Difference {
  readonly tool: string
  readonly caller: string
  readonly revision: string
  readonly path: string
  /** What `decide` said. */
  readonly decided: string
  /** What the wire did. */
  readonly wire: string
}

/** One caller at one revision on one path. What it asks, it asks one after the other, so that its runs are its own. */
export interface Probe {
  readonly world: World
  readonly caller: Caller
  readonly revision: string
  /** Posts messages in the form of the revision. */
  ask(message: Message | readonly Message[], headers?: WireRequest['headers']): Promise<Seen>
  /** Sends anything else with the caller's token. */
  send(request: WireRequest): Promise<Seen>
  /**
   * Compares what had to be with what was. `seen` is searched for words that this caller may not read, those of the
   * tools that the request names aside.
   */
  compare(tool: string, decided: string, wire: string, seen?: Seen, named?: readonly string[]): void
}

/** What the probes of one run share. */
export interface Run {
  readonly world: World
  /** Where to send: the host, or something in front of it. */
  readonly origin: string
  readonly agent: Agent
  readonly differences: Difference[]
  requests: number
  /** Runs that belong to an answer, by subject. */
  readonly seenRuns: Map<string, number>
}

/** Makes a probe. */
export function createProbe(run: Run, caller: Caller, token: string, at: { revision: string; path: string }): Probe {
  const { world } = run
  const hidden = world.hiddenFrom(caller)
  const own = { host: new URL(world.host.url).host, authorization: `Bearer ${token}` }
  const watched = async (request: WireRequest): Promise<Seen> => {
    const before = runsOf(caller.subject)
    run.requests++
    const answer = await send(run.origin, { agent: run.agent, ...request, headers: { ...own, ...request.headers } })
    const after = [...runsOf(caller.subject)]
    const ran = after.flatMap(([tool, count]) => Array<string>(count - (before.get(tool) ?? 0)).fill(tool))
    run.seenRuns.set(caller.subject, (run.seenRuns.get(caller.subject) ?? 0) + ran.length)
    return { answer, ran: ran.sort() }
  }
  return {
    world,
    caller,
    revision: at.revision,
    ask(message, headers) {
      const spoken = inRevision(at.revision, message)
      return watched({
        method: 'POST',
        path: '/mcp',
        headers: { ...mcpHeaders, ...spoken.headers, ...headers },
        body: spoken.body,
      })
    },
    send: watched,
    compare(tool, decided, wire, seen, named = [tool]) {
      const spoken = seen === undefined ? [] : spokenOf(seen.answer, hidden, named)
      const did = spoken.length === 0 ? wire : `${wire}, and spoke of ${spoken.join(', ')}`
      if (did !== decided) run.differences.push({ tool, caller: caller.name, ...at, decided, wire: did })
    },
  }
}

/** One line of a report. */
export function differenceLine({ tool, caller, revision, path, decided, wire }: Difference): string {
  return `${tool} for ${caller} at ${revision} by ${path}: decide says "${decided}", the wire did "${wire}"`
}

function spokenOf(
  { text, headers }: WireAnswer,
  hidden: readonly string[],
  named: readonly string[],
): readonly string[] {
  const everything = `${text}\n${JSON.stringify(headers)}`
  return hidden.filter((word) => !named.includes(word) && everything.includes(word))
}
