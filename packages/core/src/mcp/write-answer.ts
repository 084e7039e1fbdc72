import type { ServerResponse } from 'node:http'
import type { Room } from '../http/host-state.ts'
import type { Answer } from './exchange.ts'
import { EventWay } from '../subscriptions/listen-way.ts'
import { atTurnEnd } from './turn-end.ts'
import { writeStream } from './write-stream.ts'

type RoomContext = Parameters<Room>[0]

const json = 'application/json; charset=utf-8'

/** Writes the answer to a request that came by itself. */
export function writeAnswer(context: RoomContext, answer: Answer): void {
  if (answer.kind === 'stream') {
    writeStream(context, answer.stream)
    return
  }
  if (answer.kind === 'live') {
    context.respond = false
    answer.begin(new EventWay(context.res))
    return
  }
  // Koa would look at each of these again.
  context.respond = false
  const { res: response } = context
  response.statusCode = answer.status
  response.setHeader('Content-Type', json)
  if (answer.kind === 'prepared') writePrepared(response, answer)
  else response.end(textOf(answer))
}

/** With all others of this turn: a prepared answer has waited for nothing, and a write by itself costs more than all that was done for it. */
function writePrepared(response: ServerResponse, { head, tail }: Extract<Answer, { kind: 'prepared' }>): void {
  if (typeof head === 'string') {
    atTurnEnd(() => response.end(head + tail))
    return
  }
  response.setHeader('Content-Length', head.length + Buffer.byteLength(tail))
  atTurnEnd(() => {
    response.write(head)
    response.end(tail)
  })
}

/** Writes the answers to a batch, in the order of its requests; none of them is a stream. */
export function writeBatch(context: RoomContext, answers: readonly Answer[]): void {
  context.status = 200
  context.type = json
  context.body = `[${answers.flatMap((answer) => (answer.kind === 'stream' || answer.kind === 'live' ? [] : [textOf(answer)])).join(',')}]`
}

function textOf(answer: Exclude<Answer, { kind: 'stream' | 'live' }>): string {
  switch (answer.kind) {
    case 'json':
      return JSON.stringify(answer.message)
    case 'text':
      return answer.text
    case 'prepared':
      return `${answer.head.toString()}${answer.tail}`
  }
}
