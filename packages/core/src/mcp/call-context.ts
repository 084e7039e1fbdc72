import type { Conversation, ToolContext } from '@toolgate/plugin'
import type { RunningCall } from './running-call.ts'
import type { ToolRun } from './tool-run.ts'

/** What the handler of one call is given. Frozen; what hardly any handler asks for is made when it is asked for. */
export class CallContext implements ToolContext {
  readonly principal: ToolContext['principal']
  readonly requestId: string
  readonly logger: ToolContext['logger']
  readonly progress: ToolContext['progress']
  readonly #running: RunningCall
  #prepared: unknown

  constructor({ tool, principal, requestId, progress }: ToolRun, running: RunningCall) {
    this.principal = principal
    this.requestId = requestId
    this.logger = tool.logger
    this.progress = progress
    this.#running = running
    Object.freeze(this)
  }

  /** Hands on what was prepared for the handler. */
  static prepare(context: CallContext, prepared: unknown): void {
    context.#prepared = prepared
  }

  get signal(): AbortSignal {
    return this.#running.cut.signal
  }

  get prepared(): unknown {
    return this.#prepared
  }

  get requireScopes(): ToolContext['requireScopes'] {
    return this.#running.demands.requireScopes
  }

  get canAsk(): Conversation['canAsk'] {
    return this.#running.conversation.canAsk
  }

  get elicit(): Conversation['elicit'] {
    return this.#running.conversation.elicit
  }

  get sample(): Conversation['sample'] {
    return this.#running.conversation.sample
  }

  get listRoots(): Conversation['listRoots'] {
    return this.#running.conversation.listRoots
  }

  get log(): Conversation['log'] {
    return this.#running.conversation.log
  }

  get letGo(): Conversation['letGo'] {
    return this.#running.conversation.letGo
  }
}
