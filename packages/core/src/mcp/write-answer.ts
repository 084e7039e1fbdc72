import type { Room } from '../http/host-state.ts'
import type { Answer } from './exchange.ts'
import { EventWay } from '../subscriptions/listen-way.ts'
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
  if (answer.kind === 'bytes') {
    response.setHeader('Content-Length', answer.head.length + answer.tail.length)
    response.write(answer.head)
    response.end(answer.tail)
  } else response.end(textOf(answer))
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
    case 'bytes':
      return `${answer.head.toString()}${answer.tail.toString()}`
  }
}
