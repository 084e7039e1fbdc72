import { ToolError, type Logger } from '@toolgate/plugin'

const networkCode =
  /^(?:E(?!RR_)[A-Z_]+|ERR_(?:TLS|SSL|_ERROR_FORMAT)[A-Z_0-9]*|(?:UND_ERR|HPE|Z|CERT|UNABLE|SELF_SIGNED|DEPTH_ZERO)_[A-Z_]+)$/u

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/**
 * Runs network work under a deadline, and turns what goes wrong on the way into words for the model. When the call's own
 * signal aborts, its reason is thrown.
 *
 * @throws ToolError when the deadline passes, or for a failure of the network, the server or TLS
 */
export async function speakingNetworkErrors<Result>(
  options: { readonly signal: AbortSignal; readonly timeoutMs: number; readonly logger: Logger },
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const { signal, timeoutMs, logger } = options
  signal.throwIfAborted()
  const deadline = AbortSignal.timeout(timeoutMs)
  try {
    return await run(AbortSignal.any([signal, deadline]))
  } catch (error) {
    if (error instanceof ToolError) throw error
    signal.throwIfAborted()
    if (deadline.aborted) throw new ToolError(`There was no answer within ${timeoutMs / 1_000} s.`, { cause: error })
    const code = codeOf(error)
    if (code === undefined || !networkCode.test(code)) throw error
    logger.info('a request failed', { code })
    throw new ToolError(`The server could not be reached, or broke off (${code}).`, { cause: error })
  }
}
