import type { Caller } from './callers.ts'
import { demandedScope } from './judged-plugin.ts'
import type { Path } from './path.ts'
import type { Probe } from './probe.ts'
import { inRevision, type Message } from './speech.ts'
import { callSeen, taskExpected, type Seen } from './verdicts.ts'
import type { ToolPolicy } from '@toolgate/policy'
import { mcpHeaders } from '../wire.ts'
import { toolsFor } from './call-paths.ts'

const declared = {
  _meta: {
    'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
  },
} as const
/** In this order: what is cancelled last has ended long before. */
const methods = ['tasks/get', 'tasks/update', 'tasks/cancel'] as const
const revision = '2026-07-28'

/** Tasks, by every method that can name one. */
export const taskPaths: readonly Path[] = [
  {
    name: 'a task, by a caller who had every scope when it began',
    revisions: [revision],
    async check(probe) {
      if (probe.caller.scopes.length === 2) return
      for (const rule of toolsFor(probe)) {
        if (rule.plugin === 'judged') await checkTask(probe, rule)
      }
    },
  },
  {
    name: 'a task of another caller',
    revisions: [revision],
    async check(probe) {
      const other = { ...probe.caller, ...rich(probe), subject: 'who-owns-tasks' }
      const taskId = taskOf(await askAs(probe, other, beginning('judged_anyone_granted', {})))
      for (const method of methods) {
        const seen = await probe.ask(about(method, taskId))
        probe.compare('a task of another', notFound, callSeen(seen), seen, [])
      }
    },
  },
]

const notFound = '200 -32602 Task not found'

/** The same person with every scope begins it, and asks for it with what this caller has. */
async function checkTask(probe: Probe, rule: ToolPolicy): Promise<void> {
  const { world, caller } = probe
  const { tool, conditions, mayRequire } = rule
  const args = conditions.length > 0 || mayRequire !== undefined ? { force: true } : {}
  const taskId = taskOf(await askAs(probe, { ...caller, ...rich(probe) }, beginning(tool, args)))
  const demanded = mayRequire === undefined ? [] : [demandedScope]
  const expected = taskExpected(world.policy, world.heldBy(caller), tool, { args, demanded, valid: true })
  const news = await listenTo(probe, taskId)
  const notListened = expected === notFound ? 'a stream that acknowledges nothing' : expected
  probe.compare(`${tool} by subscriptions/listen`, notListened, listened(news), news, [tool])
  for (const method of methods) {
    const seen = await probe.ask(about(method, taskId))
    probe.compare(`${tool} by ${method}`, expected, callSeen(seen), seen, [tool])
  }
}

/** What every tool of the plugin asks for. */
function rich({ world }: Probe): Pick<Caller, 'scopes' | 'claims'> {
  return { scopes: world.policy.grantableScopes.map(({ scope }) => scope), claims: signedIn }
}

const signedIn = { auth_time: Math.floor(Date.now() / 1000) - 60, acr: 'gold', groups: ['team'] }

function beginning(name: string, args: Readonly<Record<string, unknown>>): Message & { readonly id: number } {
  return { id: 1, method: 'tools/call', params: { name, arguments: args, ...declared } }
}

function about(method: (typeof methods)[number], taskId: string): Message {
  const inputResponses = method === 'tasks/update' ? { inputResponses: {} } : {}
  return { id: 1, method, params: { taskId, ...inputResponses, ...declared } }
}

function listenTo(probe: Probe, taskId: string): Promise<Seen> {
  const params = { notifications: { taskIds: [taskId] }, ...declared }
  const { headers, body } = inRevision(revision, { id: 1, method: 'subscriptions/listen', params })
  return probe.send({ method: 'POST', path: '/mcp', headers: { ...mcpHeaders, ...headers }, body, firstEvent: true })
}

/** A stream that acknowledges a task has said yes to it. */
function listened(seen: Seen): string {
  const { answer } = seen
  if (answer.headers['content-type'] !== 'text/event-stream') return callSeen(seen)
  const { params } = answer.json() as { params?: { notifications?: { taskIds?: readonly string[] } } }
  return params?.notifications?.taskIds?.length === 1 ? 'a result' : 'a stream that acknowledges nothing'
}

async function askAs(probe: Probe, caller: Caller, message: Message): Promise<Seen> {
  const { headers, body } = inRevision(revision, message)
  const authorization = `Bearer ${await probe.world.tokenOf(caller)}`
  return probe.send({ method: 'POST', path: '/mcp', headers: { ...mcpHeaders, ...headers, authorization }, body })
}

function taskOf({ answer }: Seen): string {
  const { taskId } = answer.result() as { readonly taskId?: unknown }
  if (typeof taskId !== 'string') throw new TypeError(`no task: ${answer.text}`)
  return taskId
}
