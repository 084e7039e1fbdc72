import { ProtocolError } from '@modelcontextprotocol/server'
import { rpcCode } from '../errors.ts'
import type { ConversationEnd } from './conversation-end.ts'
import { WrongAnswer, type Question } from './question.ts'
import {
  BadState,
  digestOf,
  type KeptAnswer,
  type RequestState,
  type RequestStates,
  type StateBinding,
} from './request-state.ts'
import type { Spending, SpentStates } from './spent-states.ts'

/** What rounds need of the host. */
export interface RoundTripOptions {
  readonly states: RequestStates
  readonly spent: SpentStates
  /** Hears why a state was refused. */
  readonly onRefused: (why: string) => void
}

/** What a request says of earlier rounds: attacker-controlled. */
export interface RetryParams {
  readonly inputResponses?: unknown
  readonly requestState?: unknown
}

const mostRounds = 16
/** Questions of one call. */
const mostQuestions = 32

/**
 * One round of a call at revision 2026-07-28 (MCP specification, basic/patterns/mrtr). The handler runs from its start: a question
 * whose answer has come is answered, any other ends the call with what is to be asked, all questions of one turn together. A
 * handler that waits for an answer which is not there is never resumed: whatever it would do without one is not done.
 */
export class RoundTrip {
  readonly #options: RoundTripOptions
  readonly #binding: StateBinding
  readonly #state: RequestState | undefined
  readonly #responses: Readonly<Record<string, unknown>>
  readonly #answers = new Map<string, KeptAnswer>()
  readonly #asked = new Map<string, Question>()
  readonly #onEnd: (end: ConversationEnd) => void
  readonly #keys = new Set<string>()
  #counts = false
  #spending: boolean | Promise<boolean> | undefined
  #scheduled = false

  /** @throws ProtocolError -32602 for a state that is not good, or responses that are none */
  constructor(
    options: RoundTripOptions,
    binding: StateBinding,
    { inputResponses, requestState }: RetryParams,
    onEnd: (end: ConversationEnd) => void,
  ) {
    this.#options = options
    this.#binding = binding
    this.#onEnd = onEnd
    this.#responses = readResponses(inputResponses)
    this.#state = requestState === undefined ? undefined : this.#open(requestState)
    this.#counts = this.#state?.memory !== undefined
    for (const [key, answer] of Object.entries(this.#state?.answers ?? {})) this.#answers.set(key, answer)
  }

  /** Resolves with the answer if it has come; otherwise the call ends, and the promise stays as it is. */
  ask(question: Question): Promise<unknown> {
    const key = this.#keyOf(question)
    const digest = digestOf([question.request, question.once])
    const kept = this.#answers.get(key)
    const given = kept?.question === digest ? kept.response : this.#givenTo(key, digest, question)
    if (given === undefined) return this.#askClient(key, question)
    try {
      const answer = question.read(given)
      const keep = (good: boolean): Promise<unknown> => {
        if (!good) return never()
        this.#answers.set(key, { question: digest, response: given })
        return Promise.resolve(answer)
      }
      const good = this.#spend(question)
      return typeof good === 'boolean' ? keep(good) : good.then(keep)
    } catch (error) {
      if (!(error instanceof WrongAnswer)) throw error
      this.#onEnd({
        kind: 'refused',
        error: invalidParams(`The response to ${JSON.stringify(key)} is not what was asked for: ${error.message}`),
      })
      return never()
    }
  }

  /** A response counts for the question that it was asked with, and for no other that has taken its key since. */
  #givenTo(key: string, digest: string, question: Question): unknown {
    if (!Object.hasOwn(this.#responses, key)) return undefined
    if (this.#state === undefined) {
      // A client may know what a tool asks and answer with the first request; an answer that counts once needs its state.
      return question.once || question.key === undefined ? undefined : this.#responses[key]
    }
    const { asked } = this.#state
    return Object.hasOwn(asked, key) && asked[key] === digest ? this.#responses[key] : undefined
  }

  #askClient(key: string, question: Question): Promise<never> {
    this.#asked.set(key, question)
    if (!this.#scheduled) {
      this.#scheduled = true
      // Whatever is awaited beside it has been asked by then.
      setImmediate(() => {
        this.#endAsking()
      })
    }
    return never()
  }

  #endAsking(): void {
    const askAll = () => {
      this.#onEnd(this.#askAll())
    }
    if (!(this.#spending instanceof Promise)) askAll()
    else {
      // An answer that is still being counted goes with what is asked; where it is refused, the call is over.
      const askThen = (good: boolean) => {
        if (good) setImmediate(askAll)
      }
      this.#spending.then(askThen, () => undefined)
    }
  }

  #askAll(): ConversationEnd {
    const round = (this.#state?.round ?? 0) + 1
    if (round > mostRounds) {
      return { kind: 'over', words: `The tool asked the client more than ${String(mostRounds)} times.` }
    }
    const asked = [...this.#asked]
    const once = this.#counts || asked.some(([, question]) => question.once)
    const state = {
      round,
      asked: Object.fromEntries(asked.map(([key, question]) => [key, digestOf([question.request, question.once])])),
      answers: Object.fromEntries(this.#answers),
      ...(once ? { memory: this.#options.spent.id } : {}),
    }
    try {
      const requestState = this.#options.states.seal(state, this.#binding)
      const inputRequests = Object.fromEntries(asked.map(([key, question]) => [key, question.request]))
      return { kind: 'input-required', result: { resultType: 'input_required', inputRequests, requestState } }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      return { kind: 'over', words: 'The answers of the client are too large to ask it once more.' }
    }
  }

  #keyOf(question: Question): string {
    const key = question.key ?? `input-${String(this.#keys.size + 1)}`
    if (this.#keys.has(key)) throw new TypeError(`two questions of one call have the key ${key}`)
    if (this.#keys.size >= mostQuestions) throw new TypeError(`a call asks at most ${String(mostQuestions)} questions`)
    this.#keys.add(key)
    return key
  }

  /** The first answer that counts takes its state as used; so does any answer beside one that counts once. */
  #spend(question: Question): boolean | Promise<boolean> {
    if (question.once) this.#counts = true
    const state = this.#state
    if (state === undefined || !this.#counts) return true
    return (this.#spending ??= this.#spendNow(state))
  }

  #spendNow(state: RequestState): boolean | Promise<boolean> {
    const { spent } = this.#options
    if (state.memory !== spent.id) return this.#judge('spent before')
    const { issuer, subject } = this.#binding.principal
    const { id, expiresAt } = state
    const spending = spent.spend({ id, expiresAt, owner: JSON.stringify([issuer, subject]) })
    return typeof spending === 'string' ? this.#judge(spending) : spending.then((found) => this.#judge(found))
  }

  #judge(spending: Spending): boolean {
    if (spending === 'spent now') return true
    this.#options.onRefused(
      spending === 'no room' ? 'the memory of used states is full' : 'it was used before, or before a restart',
    )
    this.#onEnd({ kind: 'refused', error: badState() })
    return false
  }

  #open(text: unknown): RequestState {
    try {
      if (typeof text !== 'string') throw new BadState('it is no string')
      return this.#options.states.open(text, this.#binding)
    } catch (error) {
      if (!(error instanceof BadState)) throw error
      this.#options.onRefused(error.message)
      throw badState()
    }
  }
}

function readResponses(responses: unknown): Readonly<Record<string, unknown>> {
  if (responses === undefined) return {}
  if (typeof responses !== 'object' || responses === null || Array.isArray(responses)) {
    throw invalidParams('inputResponses must be an object')
  }
  return responses as Readonly<Record<string, unknown>>
}

/** One sentence, whatever is wrong with it. */
function badState(): ProtocolError {
  return invalidParams('Invalid, used or expired requestState: send the request again without it')
}

function invalidParams(message: string): ProtocolError {
  return new ProtocolError(rpcCode.invalidParams, message)
}

function never(): Promise<never> {
  return new Promise(() => undefined)
}
