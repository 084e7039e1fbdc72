import type { Principal } from '@toolgate/plugin'
import type { Readable } from 'node:stream'
import { CLIENT_INFO_META_KEY, type JSONRPCRequest } from '@modelcontextprotocol/server'
import { heldOf, principalOf, type Room } from '../http/host-state.ts'
import type { CallSlot } from './call-slots.ts'
import { isToolCall } from './authorize-call.ts'
import { readEnvelope, type Envelope } from './envelope.ts'
import type { Answer } from './exchange.ts'
import type { CallRequest, JudgedCall } from './judged-call.ts'
import type { Dispatched, JudgedRequest } from './protocol-handler.ts'

type RoomContext = Parameters<Room>[0]

/** The rooms behind authentication. */
export interface ServeMcpOptions {
  readonly bodyBytes: number
  readonly takeSlots: (principal: Principal, count: number) => readonly CallSlot[]
  readonly authorizeCalls: (calls: readonly CallRequest[]) => readonly JudgedCall[] | Promise<readonly JudgedCall[]>
  readonly dispatch: (request: JudgedRequest) => Dispatched
}

/** Rooms 5 to 8 in order, as Koa sees them. */
export function serveMcp(options: ServeMcpOptions): Room {
  return async (context) => {
    const envelope = await readEnvelope(context.req, options.bodyBytes)
    if (envelope.requests.length === 0) {
      // Said outright, or Koa would write the status as text.
      context.body = null
      context.status = 202
      return
    }
    const running = await dispatchAll(options, context, envelope)
    const close = () => {
      for (const dispatched of running) dispatched.close()
    }
    // The client may have gone while the decision was on its way to the disk.
    if (context.res.destroyed) close()
    else context.res.once('close', close)
    write(context, envelope, await Promise.all(running.map(({ answer }) => answer)))
  }
}

async function dispatchAll(
  options: ServeMcpOptions,
  context: RoomContext,
  envelope: Envelope,
): Promise<readonly Dispatched[]> {
  const principal = principalOf(context)
  const held = heldOf(context)
  const { requestId, tokenId } = context.state
  const modern = envelope.classification.era === 'modern'
  const idOf = (index: number) => (envelope.batch ? `${requestId}.${String(index)}` : requestId)
  const calls = envelope.requests.flatMap((message, index): readonly CallRequest[] => {
    if (!isToolCall(message)) return []
    const identity = { requestId: idOf(index), ...clientOf(message), protocolRevision: envelope.revision }
    return [{ message, principal, held, tokenId, identity, request: context.req, modern }]
  })
  const slots = options.takeSlots(principal, calls.length)
  const judged = await authorize(options, calls, slots)
  const places = new Map(calls.map(({ message }, index) => [message, index]))
  return envelope.requests.map((message, index) => {
    const place = places.get(message) ?? -1
    const slot = slots[place]
    const dispatched = options.dispatch({
      message,
      envelope,
      principal,
      held,
      requestId: idOf(index),
      call: judged[place],
      slot,
    })
    if (slot !== undefined) void dispatched.answer.then(slot.leave, slot.leave)
    return dispatched
  })
}

async function authorize(
  options: ServeMcpOptions,
  calls: readonly CallRequest[],
  slots: readonly CallSlot[],
): Promise<readonly JudgedCall[]> {
  try {
    return await options.authorizeCalls(calls)
  } catch (error) {
    for (const slot of slots) slot.leave()
    throw error
  }
}

function write(context: RoomContext, { batch }: Envelope, answers: readonly Answer[]): void {
  const [first] = answers
  if (first === undefined) return
  if (!batch && first.kind === 'stream') {
    context.status = 200
    context.set({
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
    })
    context.body = first.stream satisfies Readable
    return
  }
  const texts = answers.flatMap((answer) => (answer.kind === 'stream' ? [] : [textOf(answer)]))
  context.status = batch || first.kind === 'stream' ? 200 : first.status
  context.type = 'application/json'
  context.body = batch ? `[${texts.join(',')}]` : texts[0]
}

function textOf(answer: Exclude<Answer, { kind: 'stream' }>): string {
  return answer.kind === 'text' ? answer.text : JSON.stringify(answer.message)
}

function clientOf(message: JSONRPCRequest): {
  readonly clientName: string | undefined
  readonly clientVersion: string | undefined
} {
  const info: unknown = message.params?._meta?.[CLIENT_INFO_META_KEY]
  const { name, version } = typeof info === 'object' && info !== null ? (info as Record<string, unknown>) : {}
  return {
    clientName: typeof name === 'string' ? name : undefined,
    clientVersion: typeof version === 'string' ? version : undefined,
  }
}
