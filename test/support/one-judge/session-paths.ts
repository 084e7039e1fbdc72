import { checkCall, toolsFor } from './call-paths.ts'
import { checkList } from './list-path.ts'
import type { Path } from './path.ts'
import type { Probe } from './probe.ts'
import { revisions } from './speech.ts'
import { callsOf } from './tool-calls.ts'
import { callSeen, spoken } from './verdicts.ts'

const withSessions = revisions.filter((revision) => revision !== '2026-07-28')

/** In a session of the caller's own nothing is decided otherwise. */
export const sessionPaths: readonly Path[] = [
  {
    name: 'tools/list in a session',
    revisions: withSessions,
    async check(probe) {
      await checkList(await inSession(probe))
    },
  },
  {
    name: 'tools/call in a session',
    // One with elicitation and one without, to keep the matrix short.
    revisions: ['2025-03-26', '2025-11-25'],
    async check(probe) {
      const within = await inSession(probe)
      for (const tool of toolsFor(probe)) {
        const { calls, costly } = callsOf(tool)
        const [call] = calls
        if (call === undefined || costly === true || probe.caller.scopes.length === 2) continue
        await checkCall(within, tool.tool, call)
      }
    },
  },
  {
    name: 'a level in a session',
    revisions: withSessions,
    async check(probe) {
      const within = await inSession(probe)
      const [tool = ''] = probe.world.tools
      const seen = await within.ask({ id: 1, method: 'logging/setLevel', params: { level: 'debug', name: tool } })
      probe.compare('logging/setLevel', 'a result', callSeen(seen), seen, [])
    },
  },
]

/** What goes on in the session of another caller is nobody's business: it is not there. */
export const foreignSessionPath: Path = {
  name: 'the session of another caller',
  revisions: withSessions,
  async check(probe) {
    const { world, revision } = probe
    const other = world.callers.find(({ subject }) => subject !== probe.caller.subject)
    if (other === undefined) throw new TypeError('there is one caller alone')
    const token = await world.tokenOf(other)
    const opened = await probe.ask(initialize(revision), { authorization: `Bearer ${token}` })
    const headers = { 'mcp-session-id': idOf(opened.answer.headers) }
    const seen = await probe.ask({ id: 1, method: 'tools/list', params: {} }, headers)
    probe.compare('(the list)', '404 -32001', spoken(seen.answer).replace(/^(404 -32001) .*/, '$1'), seen, [])
  },
}

/** The same probe in a new session of its caller. */
async function inSession(probe: Probe): Promise<Probe> {
  const { answer } = await probe.ask(initialize(probe.revision))
  const own = { 'mcp-session-id': idOf(answer.headers) }
  return { ...probe, ask: (message, headers) => probe.ask(message, { ...own, ...headers }) }
}

function initialize(protocolVersion: string): Parameters<Probe['ask']>[0] {
  const clientInfo = { name: 'matrix', version: '1' }
  return { id: 0, method: 'initialize', params: { protocolVersion, capabilities: { elicitation: {} }, clientInfo } }
}

function idOf(headers: { readonly [name: string]: string | readonly string[] | undefined }): string {
  const id = headers['mcp-session-id']
  if (typeof id !== 'string') throw new TypeError('the host opened no session')
  return id
}
