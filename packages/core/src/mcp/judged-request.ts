import type { JSONRPCRequest } from '@modelcontextprotocol/server'
import type { ConversingRequest } from '../asking/conversing-request.ts'
import type { Converse } from '../asking/open-conversation.ts'
import type { RunningRequest } from '../sessions/running-request.ts'
import type { ClientSession } from '../sessions/client-session.ts'
import type { Offer } from '../subscriptions/listen-filter.ts'
import type { AskedTask } from '../tasks/asked-task.ts'
import type { Answer, Outlet } from './exchange.ts'
import type { JudgedCall } from './judged-call.ts'
import type { ToolList } from './list-tools.ts'
import type { ToolAnswer } from './ending.ts'
import type { ToolRun } from './tool-run.ts'
import type { ThingHandlers } from './thing-handlers.ts'
import type { ThingRequest } from './thing-request.ts'

/** What room 7 needs of the host. */
export interface ProtocolHandlerOptions {
  readonly serverInfo: { readonly name: string; readonly title: string; readonly version: string }
  readonly instructions: string | undefined
  readonly list: ToolList
  /** What may be told at any time, and so is promised. */
  readonly news: Offer
  /** Absent where nothing is told. */
  readonly listen: ((request: JudgedRequest) => Dispatched) | undefined
  /** Takes a subscription in a session. */
  readonly subscribe: (session: ClientSession, request: JudgedRequest) => Promise<void>
  readonly runTool: (run: ToolRun) => Promise<ToolAnswer>
  /** Resources, resource templates, prompts and completion. */
  readonly things: ThingHandlers
  /** What handlers may ask and tell their clients. */
  readonly converse: (request: ConversingRequest) => Converse
  /** Whether an `initialize` opens a session, where log messages can go. */
  readonly opensSession: (message: JSONRPCRequest) => boolean
  /** Takes what is about tasks; absent where no tool has any. */
  readonly tasks?: ((request: JudgedRequest) => Dispatched | undefined) | undefined
  /** Records an allowed call whose client went away before its tool began. */
  readonly recordAbandoned: (requestId: string) => void
}

/** One request, judged. */
export interface JudgedRequest extends ThingRequest {
  /** Of a request that came in a session. */
  readonly running?: RunningRequest | undefined
  /** Of a subscription: the reads and tasks that it was judged as, many or none. */
  readonly subscribed?:
    | readonly {
        readonly message: JSONRPCRequest
        readonly call: JudgedCall
        /** Of a part that is about a task. */
        readonly task: AskedTask | undefined
        readonly requestId: string
      }[]
    | undefined
  /** Whether the client has gone before anything runs. */
  readonly left: () => boolean
  /** Where progress goes; absent where it turns the answer into a stream. */
  readonly outlet?: Outlet | undefined
}

/** A request on its way, to be closed when the client goes away. */
export interface Dispatched {
  readonly answer: Promise<Answer>
  close(): void
  /** The client has given it up, and is answered with nothing. */
  cancel?(): void
}
