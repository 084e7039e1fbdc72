import { loadConfig } from '@toolgate/config'
import { createLogger, startStdio } from '@toolgate/core'
import type { Held } from '@toolgate/policy'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { runsOf } from '../tool-runs.ts'
import { toolsFor } from './call-paths.ts'
import { readable, uriOf } from './listen-paths.ts'
import { shownSeen } from './list-path.ts'
import type { Path } from './path.ts'
import type { Probe } from './probe.ts'
import { inRevision, revisions, type Message } from './speech.ts'
import { callsOf as thingCalls, nameOf } from './thing-paths.ts'
import { callsOf } from './tool-calls.ts'
import { callExpected, callSeen, listExpected, type Seen } from './verdicts.ts'
import type { World } from './world.ts'

/** A client that the operator started with the scopes of a caller. */
interface LocalClient extends AsyncDisposable {
  ask(message: Message): Promise<Seen>
  /** Sends what is answered by nothing. */
  tell(message: object): Promise<void>
}

const pairRevisions = ['2025-11-25', '2026-07-28']
let started = 0

/**
 * The tools over stdio, by the rooms of the host behind streams of this process. A token's claims have no counterpart there,
 * so that only callers who are their scopes come this way.
 */
export const stdioPath: Path = {
  name: 'stdio',
  revisions,
  besideHttp: true,
  async check(probe) {
    const { world, caller, revision } = probe
    if (Object.keys(caller.claims).length > 0) return
    // A start for each: pairs of scopes come by one revision of each family.
    if (caller.scopes.length === 2 && !pairRevisions.includes(revision)) return
    // A start with a scope that no tool needs is refused.
    const known = new Set(world.policy.grantableScopes.map(({ scope }) => scope))
    const scopes = caller.scopes.filter((scope) => known.has(scope))
    const held = { token: scopes, granted: [] }
    await using client = await startClient(world, { name: caller.subject, scopes }, revision)
    for (const tool of toolsFor(probe)) {
      for (const call of callsOf(tool).calls) {
        const params = { name: tool.tool, ...(call.args === undefined ? {} : { arguments: call.args }) }
        const seen = await client.ask({ id: 1, method: 'tools/call', params })
        probe.compare(tool.tool, withoutAsking(callExpected(world.policy, held, tool.tool, call)), callSeen(seen), seen)
      }
    }
    await checkSubscriptions(probe, client, held)
    const seen = await client.ask({ id: 1, method: 'tools/list' })
    const shown = shownSeen(world.policy, seen)
    probe.compare('(the list)', '', seen.ran.join(', '), seen)
    for (const tool of new Set([...world.tools, ...shown.keys()])) {
      probe.compare(tool, listExpected(world.policy, held, tool), shown.get(tool) ?? 'not listed')
    }
  },
}

/** A subscription is the read that it leads to here too, by the method of each family. */
async function checkSubscriptions(probe: Probe, client: LocalClient, held: Held): Promise<void> {
  const { world, revision } = probe
  const modern = revision === '2026-07-28'
  let count = 0
  for (const thing of readable(probe)) {
    for (const call of thingCalls(thing)) {
      const uri = uriOf(thing, call)
      // A stream that is open keeps its id.
      const id = 1_000 + ++count
      const seen = await client.ask(
        modern
          ? { id, method: 'subscriptions/listen', params: { notifications: { resourceSubscriptions: [uri] } } }
          : { id, method: 'resources/subscribe', params: { uri } },
      )
      if (modern && acknowledges(seen)) {
        await client.tell({ method: 'notifications/cancelled', params: { requestId: id } })
      }
      const expected = withoutAsking(callExpected(world.policy, held, thing.tool, call))
      const wanted = expected.startsWith('ran ') ? 'a result' : expected
      const got = acknowledges(seen) && seen.ran.length === 0 ? 'a result' : callSeen(seen)
      probe.compare(`${thing.tool} subscribed`, wanted, got, seen, [nameOf(thing)])
    }
  }
}

function acknowledges({ answer }: Seen): boolean {
  const { method, params } = answer.json() as {
    method?: string
    params?: { notifications?: { resourceSubscriptions?: readonly string[] } }
  }
  const acknowledged = method === 'notifications/subscriptions/acknowledged'
  return acknowledged && params?.notifications?.resourceSubscriptions?.length === 1
}

/** There is no challenge to ask by. */
function withoutAsking(expected: string): string {
  return expected.replace(/, asking for .*$/, '')
}

async function startClient(
  { host }: World,
  { name, scopes }: { readonly name: string; readonly scopes: readonly string[] },
  revision: string,
): Promise<LocalClient> {
  const input = new PassThrough()
  const output = new PassThrough()
  const config = await loadConfig({ file: join(host.folder, 'mcp.config.json'), folder: host.folder, environment: {} })
  const audit = join(host.folder, `audit-stdio-${String(++started)}.ndjson`)
  const server = await startStdio({
    config: { ...config, stdio: { scopes, name, audit } },
    logger: createLogger({ level: 'silent', secrets: [] }),
    input,
    output,
  })
  const lines = createInterface({ input: output })[Symbol.asyncIterator]()
  const say = async (body: string): Promise<string> => {
    input.write(`${body}\n`)
    return String((await lines.next()).value)
  }
  if (revision !== '2026-07-28') {
    const params = { protocolVersion: revision, capabilities: {}, clientInfo: { name: 'matrix', version: '1' } }
    await say(JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }))
  }
  return {
    async ask(message) {
      const before = runsOf(`stdio:${name}`)
      const text = await say(inRevision(revision, message).body)
      const after = [...runsOf(`stdio:${name}`)]
      const ran = after.flatMap(([tool, count]) => Array<string>(count - (before.get(tool) ?? 0)).fill(tool))
      return { answer: answerOf(text), ran }
    },
    tell(message) {
      input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
      return Promise.resolve()
    },
    [Symbol.asyncDispose]: () => server.close(),
  }
}

/** A line as the verdicts know an answer: a denial has no status and no challenge, and is told by its data. */
function answerOf(text: string): Seen['answer'] {
  const json = () => JSON.parse(text) as Record<string, unknown>
  const error = () => json().error as ReturnType<Seen['answer']['error']>
  const result = () => json().result as Record<string, unknown>
  return { status: 200, headers: {}, lines: {}, text, json, error, result }
}
