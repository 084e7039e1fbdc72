import { isInputRequiredResult, ProtocolError } from '@modelcontextprotocol/server'
import { demandedIn } from '@toolgate/policy'
import type { CatalogueTool } from '@toolgate/registry'
import type { Logger } from 'pino'
import { resumesConversation } from '../asking/open-conversation.ts'
import { internalError, rpcCode } from '../errors.ts'
import { errorJson, resultJson } from '../mcp/answer-json.ts'
import { conversingOf } from '../mcp/conversing-of.ts'
import type { ToolAnswer } from '../mcp/ending.ts'
import { clientGone, type Answer } from '../mcp/exchange.ts'
import type { Dispatched, JudgedRequest, ProtocolHandlerOptions } from '../mcp/judged-request.ts'
import { RunningTask } from './running-task.ts'
import { createdTaskJson, inlinedResult } from './task-json.ts'
import { TaskLimit } from './task-limit.ts'
import type { TaskEnd } from './task-records.ts'
import type { FoundTask, Tasks } from './tasks.ts'

/** What a call that becomes a task needs of the host. */
export type TaskCallOptions = Pick<
  ProtocolHandlerOptions,
  'serverInfo' | 'runTool' | 'converse' | 'recordAbandoned'
> & {
  readonly tasks: Tasks
  readonly logger: Logger
  readonly clock: () => number
}

/** An allowed call of a tool that is run as a task. */
export interface CallAsTask extends JudgedRequest {
  readonly call: Extract<JudgedRequest['call'], { readonly kind: 'allowed' }> & { readonly tool: CatalogueTool }
  readonly slot: NonNullable<JudgedRequest['slot']>
}

/**
 * A call that answers with a task as soon as its handler begins; what `prepare` comes to before is the answer of the call itself. From
 * then on nothing of it depends on the connection.
 */
export class TaskCall implements Dispatched {
  readonly answer: Promise<Answer>
  readonly #request: CallAsTask
  readonly #options: TaskCallOptions
  readonly #settled = Promise.withResolvers<Answer>()
  readonly #running: RunningTask
  #task: FoundTask | undefined

  constructor(request: CallAsTask, options: TaskCallOptions) {
    this.#request = request
    this.#options = options
    this.#running = new RunningTask(options.clock)
    this.answer = this.#settled.promise
    if (request.left()) this.#abandon()
    else this.#start()
  }

  /** The client went away: there is no task yet that it could come back for. */
  close(): void {
    if (this.#task !== undefined) return
    this.#running.stop('the client went away')
    this.#settled.reject(clientGone())
  }

  #abandon(): void {
    const { slot, requestId } = this.#request
    if (slot.leave()) this.#options.recordAbandoned(requestId)
    this.close()
  }

  #start(): void {
    if (!this.#request.slot.start()) {
      this.#settled.reject(new ProtocolError(rpcCode.internalError, internalError))
      return
    }
    const ended = Promise.withResolvers<undefined>()
    void this.#run(ended.promise)
      .catch((error: unknown) => {
        this.#options.logger.error(
          { err: error, correlationId: this.#request.requestId },
          'the end of a task could not be kept',
        )
      })
      .finally(() => {
        ended.resolve(undefined)
      })
  }

  async #run(done: Promise<undefined>): Promise<void> {
    const { call, principal, held, requestId, slot } = this.#request
    const { runTool, converse, tasks } = this.#options
    const { tool, decision, args, late } = call
    const running = this.#running
    // Neither progress nor log messages are sent for a task (extension, task status notifications).
    const way = { push: () => undefined }
    const conversing = {
      ...conversingOf(this.#request, way, { target: tool.name, args, urls: tool.elicitUrls }),
      task: running,
    }
    try {
      const ran = await runTool({
        ...{ decision, tool, args, late, principal, held, requestId, slot },
        signal: running.signal,
        progress: running.progress,
        resumes: resumesConversation(this.#request.message),
        converse: converse(conversing),
        task: {
          runMs: Math.max(tasks.limits.runMs, tool.timeoutMs),
          begin: () => {
            this.#begin(done)
          },
        },
      })
      this.#end(ran)
    } catch (error) {
      this.#fail(error)
    }
  }

  #begin(done: Promise<undefined>): void {
    const { call, principal, requestId, slot, message } = this.#request
    const { tasks, serverInfo } = this.#options
    const { tool, args, decision } = call
    const demanded = demandedIn(decision.reason)
    const running = this.#running
    this.#task = tasks.begin({ principal, tool: tool.name, args, demanded, requestId, running, done })
    // Tasks have bounds of their own: those that wait for a person must not take the caller's calls from it.
    slot.end()
    const text = createdTaskJson(message.id, this.#task, { serverInfo, limits: tasks.limits })
    this.#settled.resolve({ kind: 'text', status: 200, text })
  }

  #end(ran: ToolAnswer): void {
    if (this.#task === undefined) {
      const { serverInfo } = this.#options
      this.#settled.resolve({ kind: 'text', status: 200, text: resultJson(this.#request.message.id, ran, serverInfo) })
    } else if (isInputRequiredResult(ran.result)) {
      // Asked in `prepare`, and not waited for: nobody can be asked by the call any more.
      this.#fail(new TypeError('prepare ended before what it asked was answered'))
    } else this.#settle({ status: 'completed', message: undefined, result: inlinedResult(ran.json), error: undefined })
  }

  #fail(error: unknown): void {
    const { requestId, message } = this.#request
    const known = error instanceof ProtocolError ? error : undefined
    if (this.#task !== undefined) {
      if (known === undefined) this.#options.logger.error({ err: error, correlationId: requestId }, 'a task failed')
      const text = errorText(known, requestId)
      this.#settle({ status: 'failed', message: known?.message ?? internalError, result: undefined, error: text })
    } else if (error instanceof TaskLimit) this.#settled.reject(error.refusal(message.id))
    else if (known === undefined) this.#settled.reject(error)
    else {
      const status = known.code === rpcCode.missingCapability ? 400 : 200
      this.#settled.resolve({ kind: 'text', status, text: errorJson(message.id, known) })
    }
  }

  #settle(end: TaskEnd): void {
    if (this.#task !== undefined) this.#options.tasks.settle(this.#task.record.id, end)
  }
}

function errorText(error: ProtocolError | undefined, correlationId: string): string {
  if (error === undefined) {
    return JSON.stringify({ code: rpcCode.internalError, message: internalError, data: { correlationId } })
  }
  const { code, message, data } = error
  return JSON.stringify({ code, message, ...(data === undefined ? {} : { data }) })
}
