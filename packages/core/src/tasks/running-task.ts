import { ProtocolError } from '@modelcontextprotocol/server'
import type { ToolContext } from '@toolgate/plugin'
import { WrongAnswer, type Question } from '../asking/question.ts'
import { rpcCode } from '../errors.ts'
import type { CutSignal } from '../mcp/lazy-signal.ts'

interface Pending {
  readonly question: Question
  readonly answered: (answer: unknown) => void
}

/** What a question tells the call that asks it. */
interface AskHooks {
  /** Aborts when the call is cut off. */
  readonly cut: CutSignal
  waiting(): void
  resumed(): void
}

/** Questions of one task. */
const mostQuestions = 32
/** Characters of a status message. */
const longestMessage = 1_000

/**
 * A task while its handler runs in this process: what it waits for, how far it says that it is, and the way to cut it off. A question
 * has a key of its own for the whole life of the task; an answer is read once.
 */
export class RunningTask {
  readonly #clock: () => number
  readonly #controller = new AbortController()
  readonly #pending = new Map<string, Pending>()
  readonly #keys = new Set<string>()
  #updatedAt: number
  #message: string | undefined
  #begun = false
  #onChange: () => void = () => undefined

  /** @param clock milliseconds since the epoch */
  constructor(clock: () => number) {
    this.#clock = clock
    this.#updatedAt = clock()
  }

  /** Whether there is a task: before it, what is asked is asked by the call. */
  get begun(): boolean {
    return this.#begun
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get updatedAt(): number {
    return this.#updatedAt
  }

  get message(): string | undefined {
    return this.#message
  }

  /** @param onChange hears whenever it waits for something else than before */
  begin(onChange: () => void): void {
    this.#begun = true
    this.#onChange = onChange
  }

  stop(why: string): void {
    this.#controller.abort(new Error(why))
  }

  /** What the handler reports of its progress; a task has no notifications of it. Never throws. */
  readonly progress: ToolContext['progress'] = (progress: unknown, total?: unknown, message?: unknown) => {
    if (!this.#begun || this.signal.aborted) return
    if (typeof message === 'string') this.#message = message.slice(0, longestMessage)
    else if (isFigure(progress)) {
      this.#message = isFigure(total) ? `${String(progress)} of ${String(total)}` : String(progress)
    }
    this.#updatedAt = this.#clock()
  }

  /** What the client is asked now, by key; undefined if nothing. */
  get inputRequests(): Readonly<Record<string, Question['request']>> | undefined {
    if (this.#pending.size === 0) return undefined
    return Object.fromEntries([...this.#pending].map(([key, { question }]) => [key, question.request]))
  }

  /** Waits for the answer; the time of the client is not the handler's. Rejects when the task is cut off. */
  async ask(question: Question, hooks: AskHooks): Promise<unknown> {
    const key = this.#keyOf(question)
    const signal = hooks.cut
    if (signal.aborted) throw stopped()
    hooks.waiting()
    const cut = Promise.withResolvers<never>()
    const stop = () => {
      cut.reject(stopped())
    }
    signal.addEventListener('abort', stop)
    try {
      const answer = new Promise<unknown>((answered) => {
        this.#pending.set(key, { question, answered })
        this.#updatedAt = this.#clock()
        this.#onChange()
      })
      return await Promise.race([answer, cut.promise])
    } finally {
      signal.removeEventListener('abort', stop)
      if (this.#pending.delete(key)) this.#onChange()
      hooks.resumed()
    }
  }

  /**
   * Hands answers of the client over. Of keys that nothing waits for nothing is taken; one answer that is not what was asked for, and
   * none is.
   *
   * @throws ProtocolError -32602
   */
  answer(responses: Readonly<Record<string, unknown>>): void {
    const read = [...this.#pending].flatMap(([key, { question, answered }]) =>
      Object.hasOwn(responses, key) ? [{ key, answered, answer: readAnswer(key, question, responses[key]) }] : [],
    )
    for (const { key, answered, answer } of read) {
      this.#pending.delete(key)
      answered(answer)
    }
    if (read.length === 0) return
    this.#updatedAt = this.#clock()
    this.#onChange()
  }

  #keyOf(question: Question): string {
    const key = question.key ?? `input-${String(this.#keys.size + 1)}`
    if (this.#keys.has(key)) throw new TypeError(`two questions of one task have the key ${key}`)
    if (this.#keys.size >= mostQuestions) throw new TypeError(`a task asks at most ${String(mostQuestions)} questions`)
    this.#keys.add(key)
    return key
  }
}

function readAnswer(key: string, question: Question, response: unknown): unknown {
  try {
    return question.read(response)
  } catch (error) {
    if (!(error instanceof WrongAnswer)) throw error
    const words = `The response to ${JSON.stringify(key)} is not what was asked for: ${error.message}`
    throw new ProtocolError(rpcCode.invalidParams, words)
  }
}

function stopped(): Error {
  return new Error('the task was cut off while its client was asked')
}

function isFigure(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
