import { CLIENT_INFO_META_KEY, type JSONRPCRequest } from '@modelcontextprotocol/server'
import type { Principal } from '@toolgate/plugin'
import type { IncomingMessage } from 'node:http'
import type { CallSurroundings } from './author-look.ts'
import type { RunningRequest } from '../sessions/running-request.ts'
import type { ClientSession } from '../sessions/client-session.ts'
import type { AskedTask } from '../tasks/asked-task.ts'
import type { CallSlot, TakeSlots } from './call-slots.ts'
import type { Caller } from './caller.ts'
import type { Envelope } from './envelope.ts'
import type { Outlet } from './exchange.ts'
import type { CallIdentity, CallRequest, JudgedCall } from './judged-call.ts'
import type { Dispatched, JudgedRequest } from './judged-request.ts'

/** An envelope and how it came. */
export interface Incoming {
  readonly envelope: Envelope
  readonly caller: Caller
  /** Names the request in the log, the audit and the answer to a denial. */
  readonly requestId: string
  /** Whose headers repeat parameters; absent where the transport has no headers. */
  readonly request: IncomingMessage | undefined
  /** A signal that aborts when the client goes away; made when it is asked for. */
  readonly gone: () => AbortSignal
  /** Where a transport that has a way beside its answers takes progress. */
  readonly outlet?: Outlet
  /** Who the client said it is, where that was agreed on before; what stands in the request goes before it. */
  readonly client?: { readonly name: string | undefined; readonly version: string | undefined }
  /** Whether the client has gone: asked before anything runs. */
  readonly left: () => boolean
  /** The session that it came in. */
  readonly session?: ClientSession | undefined
  /** Its requests, as that session knows them. */
  readonly running?: readonly RunningRequest[] | undefined
}

/** What decides whether a method exists for a request. */
export interface JudgedAt {
  readonly modern: boolean
  readonly session: boolean
}

/** Rooms 6 to 8, furnished. */
export interface AnswerEnvelopeOptions {
  /** What a request is judged as: itself, if it names a tool or another thing of a plugin; the reads that a subscription leads to; or nothing. */
  readonly judgedAs: (message: JSONRPCRequest, at: JudgedAt) => readonly JSONRPCRequest[]
  /** Which tasks a message is about. */
  readonly tasksOf: (message: JSONRPCRequest, principal: Principal) => readonly AskedTask[]
  readonly takeSlots: TakeSlots
  readonly authorizeCalls: (
    calls: readonly CallRequest[],
    around: CallSurroundings,
  ) => readonly JudgedCall[] | Promise<readonly JudgedCall[]>
  readonly dispatch: (request: JudgedRequest) => Dispatched
}

/**
 * Rooms 6 to 8 behind any transport: judges what an envelope asks for as a whole, and sets its requests going.
 *
 * @returns the requests in the order in which they came, on their way
 * @throws Refusal as the rooms do, before any of them runs
 */
export async function answerEnvelope(
  options: AnswerEnvelopeOptions,
  incoming: Incoming,
): Promise<readonly Dispatched[]> {
  const { requests } = incoming.envelope
  const groups = requests.map((message, index) => groupOf(options, incoming, message, index))
  const calls: CallRequest[] = []
  // However many reads one request leads to, it is one. Whoever has as many calls as may run must still reach the tasks.
  let judging = 0
  for (const group of groups) {
    calls.push(...group.calls)
    if (group.takesPlace) judging++
  }
  const taking = options.takeSlots(incoming.caller.principal, judging)
  // Waited for only where another process counts: what can be answered at once is.
  const places = taking instanceof Promise ? await taking : taking
  const slots: CallSlot[] = []
  let place = 0
  for (const group of groups) {
    if (!group.takesPlace) continue
    group.slot = places[place++]
    if (group.slot !== undefined) for (let part = 0; part < group.calls.length; part++) slots.push(group.slot)
  }
  const judged = calls.length === 0 ? [] : await authorize(options, calls, { slots, gone: incoming.gone })
  let from = 0
  return groups.map((group, index) => {
    const parts = groups.length === 1 ? judged : judged.slice(from, (from += group.calls.length))
    return dispatch(options, incoming, { group, parts, running: incoming.running?.[index] })
  })
}

/** One request, and what it is judged as. */
interface Group {
  readonly message: JSONRPCRequest
  readonly identity: CallIdentity
  readonly calls: readonly CallRequest[]
  readonly takesPlace: boolean
  slot: CallSlot | undefined
}

function groupOf(options: AnswerEnvelopeOptions, incoming: Incoming, message: JSONRPCRequest, index: number): Group {
  const { envelope, caller, request, session, client = session?.facts.client } = incoming
  const requestId = envelope.batch ? `${incoming.requestId}.${String(index)}` : incoming.requestId
  const identity = identityOf(message, envelope.revision, requestId, client)
  const modern = envelope.classification.era === 'modern'
  const reads = options.judgedAs(message, { modern, session: session !== undefined })
  const tasks = modern ? options.tasksOf(message, caller.principal) : []
  const takesPlace = reads.length > 0
  const [read] = reads
  if (read !== undefined && reads.length + tasks.length === 1) {
    const call = { ...caller, message: read, identity, request, modern, task: undefined }
    return { message, identity, calls: [call], takesPlace, slot: undefined }
  }
  const asked = [...reads.map((read) => ({ read, task: undefined })), ...tasks.map((task) => ({ read: message, task }))]
  const calls = asked.map(({ read, task }, part) => {
    const own = asked.length === 1 ? identity : { ...identity, requestId: `${requestId}.${String(part)}` }
    return { ...caller, message: read, identity: own, request, modern, task }
  })
  return { message, identity, calls, takesPlace, slot: undefined }
}

function dispatch(
  options: AnswerEnvelopeOptions,
  { envelope, caller, session, outlet, left }: Incoming,
  {
    group,
    parts,
    running,
  }: {
    readonly group: Group
    readonly parts: readonly JudgedCall[]
    readonly running: RunningRequest | undefined
  },
): Dispatched {
  const { message, identity, slot, calls } = group
  const dispatched = options.dispatch({
    message,
    envelope,
    principal: caller.principal,
    held: caller.held,
    caller,
    identity,
    requestId: identity.requestId,
    session,
    running,
    call: parts[0],
    subscribed: message.method === 'subscriptions/listen' ? readsOf(calls, parts) : undefined,
    slot,
    outlet,
    left,
  })
  if (slot !== undefined) {
    const leave = () => slot.leave()
    void dispatched.answer.then(leave, leave)
  }
  return dispatched
}

/** The reads and tasks that a subscription leads to, each with what it may do. */
function readsOf(
  calls: readonly CallRequest[],
  parts: readonly JudgedCall[],
): NonNullable<JudgedRequest['subscribed']> {
  return calls.flatMap(({ message, identity, task }, part) => {
    const call = parts[part]
    return call === undefined ? [] : [{ message, call, task, requestId: identity.requestId }]
  })
}

function authorize(
  options: AnswerEnvelopeOptions,
  calls: readonly CallRequest[],
  around: CallSurroundings,
): readonly JudgedCall[] | Promise<readonly JudgedCall[]> {
  const leave = (error: unknown): never => {
    for (const slot of around.slots) slot.leave()
    throw error
  }
  try {
    const judged = options.authorizeCalls(calls, around)
    return judged instanceof Promise ? judged.catch(leave) : judged
  } catch (error) {
    return leave(error)
  }
}

function identityOf(
  message: JSONRPCRequest,
  revision: string,
  requestId: string,
  agreed: Incoming['client'],
): CallIdentity {
  return { requestId, ...clientOf(message, agreed), protocolRevision: revision }
}

const unnamed = { clientName: undefined, clientVersion: undefined }

function clientOf(
  message: JSONRPCRequest,
  agreed: Incoming['client'],
): { readonly clientName: string | undefined; readonly clientVersion: string | undefined } {
  const info: unknown = message.params?._meta?.[CLIENT_INFO_META_KEY] ?? agreed
  if (typeof info !== 'object' || info === null) return unnamed
  const { name, version } = info as Record<string, unknown>
  return {
    clientName: typeof name === 'string' ? name : undefined,
    clientVersion: typeof version === 'string' ? version : undefined,
  }
}
