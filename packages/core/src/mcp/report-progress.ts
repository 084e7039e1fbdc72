import type { Notification } from '@modelcontextprotocol/server'
import type { ToolContext } from '@toolgate/plugin'

/** Characters of a progress message; the rest is left out. */
const longestMessage = 1_000

/** The way back to the client of a call that runs, whichever lane it takes. */
export interface CallChannel {
  /** What the client wants progress to be reported by; absent if it wants none. */
  readonly progressToken: string | number | undefined
  /** Whether nothing more is to be sent. */
  over(): boolean
  /** Sends what belongs to the call; the first one turns its answer into a stream. Never throws. */
  notify(notification: Notification): void
}

/**
 * Makes the `progress` of one call. It reports if the client asked for it; a figure that is not finite or does not rise is
 * left out (MCP specification, basic/utilities/progress). Whatever a plugin hands in, it never throws.
 */
export function reportProgress(channel: CallChannel): ToolContext['progress'] {
  let last = -Infinity
  return (progress: unknown, total?: unknown, message?: unknown) => {
    const { progressToken } = channel
    if (progressToken === undefined || channel.over() || !isFigure(progress) || progress <= last) return
    last = progress
    const params = {
      progressToken,
      progress,
      ...(isFigure(total) ? { total } : {}),
      ...(typeof message === 'string' ? { message: message.slice(0, longestMessage) } : {}),
    }
    channel.notify({ method: 'notifications/progress', params })
  }
}

function isFigure(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
