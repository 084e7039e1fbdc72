import type { CallToolResult } from '@modelcontextprotocol/server'
import { ToolError } from '@toolgate/plugin'
import type { CatalogueEntry } from '@toolgate/registry'
import type { Logger } from 'pino'
import { errorResult } from './text-result.ts'

/** The words of a {@link ToolError}; undefined for whatever else was thrown. */
export function wordsOf(thrown: unknown): string | undefined {
  try {
    const message: unknown = thrown instanceof ToolError ? thrown.message : undefined
    return typeof message === 'string' ? message : undefined
  } catch {
    return undefined
  }
}

/** Whether something is of a class, also where asking it that throws. */
export function isOf<Kind>(thrown: unknown, kind: abstract new (...args: never) => Kind): thrown is Kind {
  try {
    return thrown instanceof kind
  } catch {
    return false
  }
}

/** All that a caller learns of a failure in a plugin. */
export function blandResult(sentence: string, requestId: string): CallToolResult {
  return errorResult(`${sentence} Correlation id: ${requestId}`)
}

/** What operators learn of it, under the same id. */
export function logPluginFailure(
  logger: Logger,
  call: { readonly tool: CatalogueEntry; readonly requestId: string },
  failure: { readonly outcome: string; readonly error?: unknown },
  sentence: string,
): void {
  const { tool, requestId } = call
  const { outcome, error } = failure
  const fields = { correlationId: requestId, tool: tool.name, plugin: tool.plugin, outcome }
  try {
    logger.warn({ ...fields, err: error }, sentence)
  } catch {
    // What a plugin throws may throw again when it is read.
    logger.warn({ ...fields, err: new Error('what was thrown cannot be read') }, sentence)
  }
}
