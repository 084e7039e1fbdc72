import type { Principal, ToolContext } from '@toolgate/plugin'
import type { AllowedDecision, HeldScopes } from '@toolgate/policy'
import type { CatalogueTool } from '@toolgate/registry'
import type { Converse } from '../asking/open-conversation.ts'
import type { CallSlot } from './call-slots.ts'
import type { CutSignal } from './lazy-signal.ts'

/** One allowed call. */
export interface ToolRun {
  readonly decision: AllowedDecision
  readonly tool: CatalogueTool
  /** Validated and frozen. */
  readonly args: unknown
  /** Aborts when the author's look demanded something after it had ended. */
  readonly late: AbortSignal | undefined
  readonly principal: Principal
  /** What the demands of the handler are judged by. */
  readonly held: HeldScopes
  readonly requestId: string
  /** Aborts when the client goes away. */
  readonly signal: CutSignal
  readonly progress: ToolContext['progress']
  /** Whether it goes on with what was asked before. */
  readonly resumes: boolean
  /** Opens what the handler may ask and tell the client. */
  readonly converse: Converse
  readonly slot: CallSlot
  /** Of a call that becomes a task as its handler begins. */
  readonly task?: {
    /** Milliseconds that the handler may take from then on. */
    readonly runMs: number
    /** Throws TaskLimit where there is no room for one. */
    readonly begin: () => void
  }
}
