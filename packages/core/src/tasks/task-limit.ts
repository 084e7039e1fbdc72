import { ProtocolError } from '@modelcontextprotocol/server'
import { rpcCode, rpcRefusal, type Refusal, type RpcId } from '../errors.ts'

/** There is no room for another task. */
export class TaskLimit extends ProtocolError {
  readonly #status: number
  /** @param whose the caller's own tasks are too many, or those of all callers together */
  constructor(whose: 'caller' | 'host') {
    super(
      rpcCode.unavailable,
      whose === 'caller'
        ? 'Too many tasks of yours run or are kept: wait for one to end, or cancel one'
        : 'Too many tasks run or are kept',
    )
    this.#status = whose === 'caller' ? 429 : 503
  }

  /** The same as an answer, while the status is still open. */
  refusal(id: RpcId): Refusal {
    const { code, message } = this
    return rpcRefusal({ status: this.#status, code, message, id, headers: { 'Retry-After': '10' } })
  }
}
