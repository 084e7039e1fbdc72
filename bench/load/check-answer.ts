import { isDeepStrictEqual } from 'node:util'
import type { HttpAnswer } from './connection.ts'
import type { PreparedRequest } from './requests.ts'

interface RpcAnswer {
  readonly id?: unknown
  readonly result?: {
    readonly isError?: boolean
    readonly content?: readonly { readonly text?: unknown }[]
    readonly tools?: readonly { readonly name?: unknown; readonly inputSchema?: { readonly required?: unknown } }[]
  }
}

function messageOf(body: string): RpcAnswer {
  const data = /^data: (.+)$/m.exec(body)
  return JSON.parse(data?.[1] ?? body) as RpcAnswer
}

function contentOf(answer: RpcAnswer): unknown {
  if (answer.result?.isError === true) return 'a result with isError'
  return answer.result?.tools?.map(({ name }) => name) ?? answer.result?.content?.[0]?.text
}

/** Says what is wrong with an answer, or undefined. */
export function checkAnswer(request: PreparedRequest, { status, body }: HttpAnswer): string | undefined {
  const fault = (): string => `status ${String(status)}: ${body.toString().slice(0, 500)}`
  if (status !== 200) return fault()
  const answer = messageOf(body.toString())
  const right = answer.id === request.id && isDeepStrictEqual(contentOf(answer), request.expected)
  return right ? undefined : fault()
}
