import type { Conversation } from '@toolgate/plugin'
import type { Policy } from '@toolgate/policy'
import type { Logger } from 'pino'
import type { ConversationEnd } from '../asking/conversation-end.ts'
import type { ConversationHooks } from '../asking/open-conversation.ts'
import { Deadline } from './deadline.ts'
import type { Demands } from './demands.ts'
import { askedEnding, type Ending } from './ending.ts'
import { createHandlerDemands } from './handler-demands.ts'
import { insufficientScope } from './insufficient-scope.ts'
import { LazySignal } from './lazy-signal.ts'
import { blandResult } from './plugin-failure.ts'
import type { ToolRun } from './tool-run.ts'

/** What a call that runs needs of the host. */
export interface RunningCallOptions {
  readonly policy: Policy
  readonly logger: Logger
}

/**
 * One call of a tool while it runs: what its handler demands, asks and tells, and whatever ends the call before the handler does. All of
 * it is made when it is asked for: most handlers answer without any.
 */
export class RunningCall implements ConversationHooks {
  /** Aborts when the call is cut off. */
  readonly cut = new LazySignal()
  readonly #run: ToolRun
  readonly #options: RunningCallOptions
  readonly #startedAt: number
  #deadline: Deadline | undefined
  #demands: Demands | undefined
  #conversation: Conversation | undefined
  #over = false
  /** What the call was cut off with. */
  #ending: Ending | undefined
  #settle: ((ending: Ending) => void) | undefined

  /**
   * @param startedAt of `performance.now()`: the deadline counts from there
   * @throws ProtocolError for a request state or responses that are not good
   */
  constructor(run: ToolRun, options: RunningCallOptions, startedAt: number) {
    this.#run = run
    this.#options = options
    this.#startedAt = startedAt
    if (run.resumes) this.#conversation = run.converse(this)
  }

  /** What its handler may ask and tell the client. */
  get conversation(): Conversation {
    return (this.#conversation ??= this.#run.converse(this))
  }

  /** What its handler demands: the same judge, on top of what the author's look demanded. */
  get demands(): Demands {
    if (this.#demands === undefined) {
      this.#demands = createHandlerDemands(this.#run.tool, this.#run, this.#options)
      // Whoever kept the context of a call that is over is told so.
      if (this.#over) this.#demands.end()
    }
    return this.#demands
  }

  /** Waits for the handler or whatever ends the call before it, under its deadline. */
  async settled(handler: Promise<Ending>): Promise<Ending> {
    this.#timer.start()
    const cutOff = new Promise<Ending>((resolve) => {
      this.#settle = resolve
      if (this.#ending !== undefined) resolve(this.#ending)
    })
    return Promise.race([handler, cutOff])
  }

  /** The call is over: nothing is demanded any more. What was demanded, and is not met, goes before what the handler came to. */
  end(ending: Ending): Ending {
    this.#over = true
    return this.#demands === undefined ? ending : (insufficientScope(this.#run, this.#demands.end()) ?? ending)
  }

  /** Lets go of what it waits for. */
  release(): void {
    this.#over = true
    this.#deadline?.end()
  }

  /** Ends the call before its handler has: the handler is told. */
  stop(outcome: Ending['outcome'], sentence: string): void {
    const error = new Error(sentence)
    this.cut.abort(error)
    this.#run.slot.cutOff()
    this.#endBy({ outcome, result: blandResult(sentence, this.#run.requestId), error })
  }

  /** The call becomes a task as its handler begins. */
  begin(): void {
    const { task } = this.#run
    if (task === undefined) return
    task.begin()
    this.#timer.restart(task.runMs)
  }

  waiting(): void {
    this.#timer.pause()
  }

  resumed(): void {
    this.#timer.resume()
  }

  ended(end: ConversationEnd): void {
    // The handler waits for good, so only what it started beside may hear of it.
    this.cut.abort(new Error('the client is asked, and the call starts again with its answer'))
    this.#run.slot.end()
    this.#endBy(askedEnding(end))
  }

  get #timer(): Deadline {
    return (this.#deadline ??= new Deadline(
      this.#run.tool.timeoutMs,
      (limit) => {
        this.stop('timeout', `The tool did not answer within ${String(limit)} ms.`)
      },
      this.#startedAt,
    ))
  }

  #endBy(ending: Ending): void {
    this.#ending ??= ending
    this.#settle?.(ending)
  }
}
