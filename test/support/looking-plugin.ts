import {
  definePlugin,
  defineTool,
  ToolError,
  type AuthorizeContext,
  type Tool,
  type ToolContext,
} from '@toolgate/plugin'
import { setTimeout as delay } from 'node:timers/promises'

interface Args {
  readonly id?: string
  readonly depth: number
}
type Look = (args: Args, context: AuthorizeContext) => unknown
type Handler = (args: Args, context: ToolContext) => unknown

/** What no caller may ever read. */
export const hiddenDetail = 'detail of /srv/vault'

/** What happened, by tool: how often `authorize` and the handler ran, and with which arguments. */
export const looks = new Map<string, Args[]>()
/** Of handlers. */
export const runs = new Map<string, Args[]>()
/** What a hook kept for later. */
export const kept: AuthorizeContext['requireScopes'][] = []
/** Signals that hooks were given, in order. */
export const signals: AbortSignal[] = []
/** Ends the hooks that wait for it. */
export const gates: (() => void)[] = []

const note = (log: Map<string, Args[]>, name: string, args: Args) => log.set(name, [...(log.get(name) ?? []), args])
const swallow = (act: () => unknown) => {
  try {
    act()
  } catch {
    // As an author would who does not care.
  }
}
const fail = (): never => {
  throw new Error(hiddenDetail)
}
const never = () => new Promise<never>(() => undefined)

/** Hooks that ask for more, each in its way. */
const demanding: Readonly<Record<string, Look>> = {
  one: (args, { requireScopes }) => {
    requireScopes('look:secret')
    note(looks, 'one, past its demand', args)
  },
  both: (_args, { requireScopes }) => {
    requireScopes('look:secret', 'look:more')
  },
  swallows: async (_args, { requireScopes }) => {
    swallow(() => {
      requireScopes('look:secret')
    })
    await delay(1)
    swallow(() => {
      requireScopes('look:more')
    })
  },
  wraps: (_args, { requireScopes }) => {
    swallow(() => {
      requireScopes('look:secret', 'look:more')
    })
    fail()
  },
  swallows_and_hangs: (_args, { requireScopes }) => {
    swallow(() => {
      requireScopes('look:secret', 'look:more')
    })
    return never()
  },
  widens: (_args, { principal, requireScopes }) => {
    swallow(() => (principal.scopes as string[]).push('look:secret', 'look:more'))
    swallow(() => Object.assign(principal, { scopes: ['look:secret', 'look:more'] }))
    requireScopes('look:secret', 'look:more')
  },
  by_argument: ({ id }, { requireScopes }) => {
    if (id === 'private') requireScopes('look:secret')
  },
}

/** Hooks that no call gets past, whatever its scopes. */
const refusing: Readonly<Record<string, Look>> = {
  throws: fail,
  rejects: async () => {
    await delay(1)
    fail()
  },
  throws_nothing: () => {
    throw undefined as unknown as Error
  },
  throws_a_trap: () => {
    throw new Proxy(new Error('x'), { get: fail, getPrototypeOf: fail })
  },
  words: () => {
    throw new ToolError('this note is locked: unlock it first')
  },
  hangs: never,
  blocks: () => {
    const until = performance.now() + 300
    while (performance.now() < until);
  },
  returns_true: () => true,
  returns_false: () => false,
  returns_a_promise_of_true: () => Promise.resolve(true),
  returns_a_trap: () => ({
    get then() {
      return fail()
    },
  }),
  undeclared: (_args, { requireScopes }) => {
    swallow(() => {
      requireScopes('look:read')
    })
  },
  list: (_args, { requireScopes }) => {
    swallow(() => {
      requireScopes(['look:secret'] as unknown as string)
    })
  },
  mutates: (args) => {
    Object.assign(args, { id: 'another' })
  },
}

/** Hooks that let the call through, at first or for good. */
const passing: Readonly<Record<string, Look>> = {
  nothing: () => undefined,
  mutates_in_vain: (args) => {
    swallow(() => Object.assign(args, { id: 'another' }))
  },
  keeps: (_args, { requireScopes }) => {
    kept.push(requireScopes)
  },
  late: (_args, { requireScopes }) => {
    setTimeout(() => {
      swallow(() => {
        requireScopes('look:secret')
      })
    }, 20)
  },
  settles_late: () => new Promise<void>((resolve) => gates.push(resolve)),
  waits: async (_args, { signal }) => {
    signals.push(signal)
    await delay(60_000, undefined, { signal, ref: false })
  },
}

const waiting: Handler = async (_args, { signal }) => {
  await delay(60_000, undefined, { signal, ref: false })
  return 'waited'
}
/** Handlers that ask for more when the call has begun. */
const handlers: Readonly<Record<string, Handler>> = {
  begun: (args, { requireScopes }) => {
    requireScopes('look:secret', 'look:more')
    note(runs, 'begun, past its demand', args)
    return { done: true }
  },
  begun_swallows: (_args, { requireScopes }) => {
    swallow(() => {
      requireScopes('look:secret')
    })
    swallow(() => {
      requireScopes('look:more')
    })
    return { done: true }
  },
  begun_streams: async (_args, { requireScopes, progress }) => {
    progress(1)
    await delay(5)
    requireScopes('look:secret', 'look:more')
    return { done: true }
  },
  begun_undeclared: (_args, { requireScopes }) => {
    swallow(() => {
      requireScopes('look:read')
    })
    return { done: true }
  },
  begun_keeps: (_args, { requireScopes }) => {
    kept.push(requireScopes)
    return { done: true }
  },
}

function toolOf(name: string, authorize: Look, handler: Handler = () => ({ done: true })): Tool {
  return defineTool({
    name: `looking_${name}`,
    description: name,
    scopes: ['look:read'],
    mayRequire: ['look:secret', 'look:more'],
    annotations: { readOnlyHint: true },
    inputSchema: {
      type: 'object',
      properties: { id: { type: 'string' }, depth: { type: 'integer', default: 1 } },
      additionalProperties: false,
    },
    outputSchema: { type: 'object', properties: { done: { const: true } }, required: ['done'] },
    authorize(args, context) {
      note(looks, name, args)
      return authorize(args, context) as undefined
    },
    handler(args, context) {
      note(runs, name, args)
      return handler(args, context) as object
    },
  })
}

/** A tool that only those see who hold its scope, and what its author may demand. */
const vault = defineTool({
  name: 'looking_vault',
  description: 'Is not there.',
  scopes: ['look:vault'],
  mayRequire: ['look:combination'],
  annotations: { readOnlyHint: true },
  authorize(_args, { requireScopes }) {
    note(looks, 'vault', { depth: 0 })
    requireScopes('look:combination')
  },
  handler: () => 'open',
})

/** A plugin whose authors look at every call, well and badly. */
export const lookingPlugin = definePlugin({
  name: 'looking',
  tools: [
    ...Object.entries({ ...demanding, ...refusing }).map(([name, look]) => toolOf(name, look)),
    ...Object.entries(passing).map(([name, look]) => toolOf(name, look, name === 'late' ? waiting : undefined)),
    ...Object.entries(handlers).map(([name, handler]) => toolOf(name, () => undefined, handler)),
    vault,
  ],
})
