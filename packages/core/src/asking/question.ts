import { isSpecType, type InputRequest } from '@modelcontextprotocol/server'
import type { Conversation, Elicitation, Sampling } from '@toolgate/plugin'
import type { FormChecks } from './form-schema.ts'

/** What a client may be asked for. */
export type QuestionKind = keyof Conversation['canAsk']

/** One question to a client, ready for the wire. */
export interface Question {
  readonly kind: QuestionKind
  readonly request: InputRequest
  readonly key: string | undefined
  readonly once: boolean
  /**
   * Turns the client's response into what the handler gets.
   *
   * @throws WrongAnswer if the response is not what was asked for
   */
  readonly read: (response: unknown) => unknown
}

/** A client's response that is not what was asked for. The message holds names, never values. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer'
}

const longestMessage = 10_000
const namePattern = /^[A-Za-z0-9_.-]{1,64}$/

/**
 * A question to the person in front of the client.
 *
 * @throws TypeError for a message or a schema that the protocol does not know
 */
export function elicitationOf(asked: Elicitation, checks: FormChecks): Question {
  const { message, schema } = asked
  requireMessage(message)
  const check = checks(schema)
  const requestedSchema: unknown = JSON.parse(JSON.stringify(schema))
  return {
    kind: 'elicit',
    request: { method: 'elicitation/create', params: { message, requestedSchema } } as InputRequest,
    ...namesOf(asked),
    read(response) {
      if (!isSpecType.ElicitResult(response)) throw new WrongAnswer('it is no result of elicitation/create')
      if (response.action !== 'accept') return Object.freeze({ action: response.action })
      const checked = check(response.content)
      if (!checked.ok) {
        const faults = checked.faults.map((fault) => `${fault.pointer || '/'} ${fault.message}`)
        throw new WrongAnswer(`its content does not match the schema: ${faults.join('; ')}`)
      }
      return Object.freeze({ action: 'accept', content: checked.value })
    },
  }
}

/**
 * A question to the client's model.
 *
 * @throws TypeError for params that the protocol does not know
 */
export function samplingOf(asked: Sampling): Question {
  const { key: _key, once: _once, ...given } = asked
  const params: unknown = JSON.parse(JSON.stringify(given))
  if (!isSpecType.CreateMessageRequestParams(params)) {
    throw new TypeError('this is not what sampling/createMessage takes')
  }
  return {
    kind: 'sample',
    request: { method: 'sampling/createMessage', params },
    ...namesOf(asked),
    read(response) {
      const sound = isSpecType.CreateMessageResult(response) || isSpecType.CreateMessageResultWithTools(response)
      if (!sound) throw new WrongAnswer('it is no result of sampling/createMessage')
      return response
    },
  }
}

/** A question for the client's roots. */
export function rootsOf(asked: { readonly key?: string; readonly once?: boolean } = {}): Question {
  return {
    kind: 'listRoots',
    request: { method: 'roots/list', params: {} },
    ...namesOf(asked),
    read(response) {
      if (!isSpecType.ListRootsResult(response)) throw new WrongAnswer('it is no result of roots/list')
      return response.roots
    },
  }
}

/** @throws TypeError */
export function requireMessage(message: unknown): void {
  if (typeof message === 'string' && message !== '' && message.length <= longestMessage) return
  throw new TypeError(`the message of a question has 1 to ${String(longestMessage)} characters`)
}

/** How a question is known on the wire, and how often its answer counts. */
export function namesOf({
  key,
  once,
}: {
  readonly key?: string
  readonly once?: boolean
}): Pick<Question, 'key' | 'once'> {
  if (key !== undefined && (typeof key !== 'string' || !namePattern.test(key))) {
    throw new TypeError(`the key of a question matches ${namePattern.source}`)
  }
  return { key, once: once === true }
}
