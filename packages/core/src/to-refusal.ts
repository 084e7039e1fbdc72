import type { Logger } from 'pino'
import { internalError, Refusal, rpcCode, rpcRefusal } from './errors.ts'

/** What was thrown, as a refusal: all that a caller learns of a fault of the host is its correlation id; the detail goes to the log. */
export function toRefusal(error: unknown, requestId: string, logger: Logger): Refusal {
  if (error instanceof Refusal) return error
  logger.error({ err: error, correlationId: requestId }, 'unexpected fault')
  return rpcRefusal({
    status: 500,
    code: rpcCode.internalError,
    message: internalError,
    data: { correlationId: requestId },
    detail: 'unexpected fault',
  })
}
