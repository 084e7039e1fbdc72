import type { Readable } from 'node:stream'
import { CLIENT_INFO_META_KEY, type JSONRPCRequest } from '@modelcontextprotocol/server'
import { principalOf, type Room } from '../http/host-state.ts'
import { isToolCall } from './authorize-call.ts'
import { readEnvelope, type Envelope } from './envelope.ts'
import type { Answer } from './exchange.ts'
import type { CallRequest, JudgedCall } from './judged-call.ts'
import type { Dispatched, JudgedRequest } from './protocol-handler.ts'

/** The rooms behind authentication. */
export interface ServeMcpOptions {
  readonly bodyBytes: number
  readonly authorizeCalls: (calls: readonly CallRequest[]) => readonly JudgedCall[]
  readonly dispatch: (request: JudgedRequest) => Dispatched
}

/** Rooms 5 to 8 in order, as Koa sees them. */
export function serveMcp(options: ServeMcpOptions): Room {
  return async (context) => {
    const principal = principalOf(context)
    const envelope = await readEnvelope(context.req, options.bodyBytes)
    const modern = envelope.classification.era === 'modern'
    const { batch } = envelope
    const idOf = (index: number) => (batch ? `${context.state.requestId}.${String(index)}` : context.state.requestId)
    const calls = envelope.requests.flatMap((message, index): readonly CallRequest[] => {
      if (!isToolCall(message)) return []
      const identity = { requestId: idOf(index), ...clientOf(message), protocolRevision: envelope.revision }
      return [{ message, principal, tokenId: context.state.tokenId, identity, request: context.req, modern }]
    })
    const judged = new Map(options.authorizeCalls(calls).map((call, index) => [calls[index]?.message, call]))
    if (envelope.requests.length === 0) {
      // Said outright, or Koa would write the status as text.
      context.body = null
      context.status = 202
      return
    }
    const running = envelope.requests.map((message, index) =>
      options.dispatch({ message, envelope, principal, requestId: idOf(index), call: judged.get(message) }),
    )
    context.res.once('close', () => {
      for (const dispatched of running) dispatched.close()
    })
    const answers = await Promise.all(running.map(({ answer }) => answer))
    write(context, envelope, answers)
  }
}

function write(context: Parameters<Room>[0], { batch }: Envelope, answers: readonly Answer[]): void {
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
