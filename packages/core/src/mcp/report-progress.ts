import type { ServerContext } from '@modelcontextprotocol/server'
import type { ToolContext } from '@toolgate/plugin'

/** Characters of a progress message; the rest is left out. */
const longestMessage = 1_000

/**
 * Makes the `progress` of one call. It reports if the client asked for it; a figure that is not finite or does not rise is
 * left out (MCP specification, basic/utilities/progress). Whatever a plugin hands in, it never throws.
 */
export function reportProgress({ mcpReq }: ServerContext): ToolContext['progress'] {
  const token = mcpReq._meta?.progressToken
  let last = -Infinity
  return (progress: unknown, total?: unknown, message?: unknown) => {
    if (token === undefined || mcpReq.signal.aborted || !isFigure(progress) || progress <= last) return
    last = progress
    const params = {
      progressToken: token,
      progress,
      ...(isFigure(total) ? { total } : {}),
      ...(typeof message === 'string' ? { message: message.slice(0, longestMessage) } : {}),
    }
    // What cannot be delivered any more is no fault of the call; a rejection that nobody takes would end the process.
    mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined)
  }
}

function isFigure(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
