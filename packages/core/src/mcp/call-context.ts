import type { Conversation, ToolContext } from '@toolgate/plugin'
import type { Demands } from './demands.ts'
import type { LazySignal } from './lazy-signal.ts'
import type { ToolRun } from './tool-run.ts'

/** What the handler of one call is given. Frozen; what hardly any handler asks for is made when it is asked for. */
export class CallContext implements ToolContext {
  readonly principal: ToolContext['principal']
  readonly requestId: string
  readonly logger: ToolContext['logger']
  readonly progress: ToolContext['progress']
  readonly requireScopes: ToolContext['requireScopes']
  readonly canAsk: Conversation['canAsk']
  readonly elicit: Conversation['elicit']
  readonly sample: Conversation['sample']
  readonly listRoots: Conversation['listRoots']
  readonly log: Conversation['log']
  readonly letGo: Conversation['letGo']
  readonly #cutOff: LazySignal
  #prepared: unknown

  constructor(
    { tool, principal, requestId, progress }: ToolRun,
    cutOff: LazySignal,
    { demands, conversation }: { readonly demands: Demands; readonly conversation: Conversation },
  ) {
    this.principal = principal
    this.requestId = requestId
    this.logger = tool.logger
    this.progress = progress
    this.requireScopes = demands.requireScopes
    this.canAsk = conversation.canAsk
    this.elicit = conversation.elicit
    this.sample = conversation.sample
    this.listRoots = conversation.listRoots
    this.log = conversation.log
    this.letGo = conversation.letGo
    this.#cutOff = cutOff
    Object.freeze(this)
  }

  /** Hands on what was prepared for the handler. */
  static prepare(context: CallContext, prepared: unknown): void {
    context.#prepared = prepared
  }

  get signal(): AbortSignal {
    return this.#cutOff.signal
  }

  get prepared(): unknown {
    return this.#prepared
  }
}
