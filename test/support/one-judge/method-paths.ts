import { specTypeSchemas } from '@modelcontextprotocol/server'
import type { Path } from './path.ts'
import { revisions } from './speech.ts'
import { callSeen } from './verdicts.ts'

/** Methods that this host answers, by what a caller may get of them: nothing about tools, but for those that have paths of their own. */
const answered: Readonly<Record<string, readonly string[]>> = {
  'tools/list': revisions,
  'tools/call': revisions,
  'resources/list': revisions,
  'resources/templates/list': revisions,
  'resources/read': revisions,
  'prompts/list': revisions,
  'prompts/get': revisions,
  'completion/complete': revisions,
  'subscriptions/listen': ['2026-07-28'],
  initialize: revisions.filter((revision) => revision !== '2026-07-28'),
  ping: revisions.filter((revision) => revision !== '2026-07-28'),
  'server/discover': ['2026-07-28'],
  'tasks/get': ['2026-07-28'],
  'tasks/update': ['2026-07-28'],
  'tasks/cancel': ['2026-07-28'],
}

/** Names that are in use beside the SDK's schemas, or may be some day. */
const further = [
  'tasks/update',
  'tools/get',
  'tools/search',
  'tools/describe',
  'tools/batch',
  'resources/templates/read',
  'events/list',
  'apps/list',
  'rpc.discover',
  'TOOLS/CALL',
]

/** Every method that the SDK has a schema for, and some more. */
export const methods: readonly string[] = [...new Set([...methodsOfSchema(), ...further])].sort()

/** Methods that are answered and have to say nothing of tools. */
export const answeredMethodsPath: Path = {
  name: 'a method that says nothing of tools',
  revisions,
  async check(probe) {
    for (const [method, known] of Object.entries(answered)) {
      if (
        /^(tasks|tools|resources|prompts|completion|subscriptions)\//.test(method) ||
        !known.includes(probe.revision)
      ) {
        continue
      }
      const seen = await probe.ask({ id: 1, method, params: paramsNaming(probe.world.tools[0] ?? '') })
      probe.compare(method, 'a result', callSeen(seen), seen, [])
    }
  },
}

/** Every other method does not exist, whatever it is asked for and whoever asks. */
export const otherMethodsPath: Path = {
  name: 'a method that does not exist',
  revisions,
  async check(probe) {
    const { world, caller, revision } = probe
    if (!caller.broad) return
    for (const [index, method] of methods.entries()) {
      if (answered[method]?.includes(revision) === true) continue
      const tool = world.tools[(index * 7 + revision.length + caller.name.length) % world.tools.length] ?? ''
      const seen = await probe.ask({ id: 1, method, params: paramsNaming(tool) })
      probe.compare(`${tool} as ${method}`, 'no such method', callSeen(seen), seen, [])
      const notified = await probe.ask({ method, params: paramsNaming(tool) })
      probe.compare(`${tool} as a notification ${method}`, 'nothing', callSeen(notified), notified, [])
    }
  },
}

/** Params in which every member that names something names the tool. */
function paramsNaming(tool: string): Readonly<Record<string, unknown>> {
  return {
    name: tool,
    uri: tool,
    taskId: tool,
    tool,
    ref: { type: 'ref/prompt', name: tool },
    argument: { name: 'tool', value: tool },
    arguments: { force: true, tool },
    level: 'debug',
    notifications: { toolsListChanged: true, resourceSubscriptions: [tool] },
    requestId: tool,
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'matrix', version: '1' },
  }
}

function methodsOfSchema(): readonly string[] {
  return Object.values(specTypeSchemas).flatMap((schema: unknown) => {
    const method = memberOf(memberOf(schema, 'shape'), 'method')
    const values = memberOf(memberOf(method, 'def'), 'values')
    return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : []
  })
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
