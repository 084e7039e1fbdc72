import type { JSONRPCNotification } from '@modelcontextprotocol/server'
import type { LogLevel } from '@toolgate/plugin'

const levels: readonly LogLevel[] = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency']
/** Characters of the JSON of one message. */
const longestData = 65_536
const longestLogger = 256

/** Whether a value names a level of the protocol. */
export function isLogLevel(value: unknown): value is LogLevel {
  return typeof value === 'string' && (levels as readonly string[]).includes(value)
}

/**
 * A log message for the client, if it asked for messages of this level (MCP specification, server/utilities/logging). Secrets of the
 * configuration and whatever looks like a token are cut out. Whatever a plugin hands in, it never throws.
 */
export function messageForClient(
  given: { readonly level: unknown; readonly data: unknown; readonly logger: unknown },
  threshold: string | undefined,
  redact: (text: string) => string,
): JSONRPCNotification | undefined {
  const { level, data, logger } = given
  if (!isLogLevel(threshold) || !isLogLevel(level) || levels.indexOf(level) < levels.indexOf(threshold)) {
    return undefined
  }
  const params = {
    level,
    ...(typeof logger === 'string' ? { logger: redactedData(logger.slice(0, longestLogger), redact) } : {}),
    data: redactedData(data, redact),
  }
  return { jsonrpc: '2.0', method: 'notifications/message', params }
}

function redactedData(data: unknown, redact: (text: string) => string): unknown {
  try {
    const text = JSON.stringify(data) as string | undefined
    if (text === undefined) return null
    if (text.length > longestData) return `[left out: ${String(text.length)} characters]`
    return JSON.parse(redact(text))
  } catch {
    return '[left out: it is no JSON]'
  }
}
