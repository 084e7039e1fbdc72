import type { ServerCapabilities, ServerOptions } from '@modelcontextprotocol/server'
import type { ListKind } from '../subscriptions/listener.ts'
import { tasksExtension } from '../tasks/task-terms.ts'
import type { ProtocolHandlerOptions } from './judged-request.ts'
import type { ThingHandlers } from './thing-handlers.ts'

/** Milliseconds that a client may keep a list. */
const listLifetimeMs = 60_000

/**
 * What the catalogue holds, whoever asks, and what may be told of it, where there is a way to tell it: `tells` where a level can be
 * said, or a subscription held, with the request itself or in a session.
 */
export function capabilitiesOf(
  { things, news, tasks }: ProtocolHandlerOptions,
  { modern, tells }: { readonly modern: boolean; readonly tells: boolean },
): ServerCapabilities {
  const { resources, prompts, completions } = things.offered
  const changing = (kind: ListKind) => (tells && news.lists.includes(kind) ? { listChanged: true } : {})
  return {
    tools: changing('tools'),
    ...(resources && { resources: { ...changing('resources'), ...(tells && news.updates && { subscribe: true }) } }),
    ...(prompts && { prompts: changing('prompts') }),
    ...(completions && { completions: {} }),
    ...(tells && { logging: {} }),
    ...(modern && tasks !== undefined && { extensions: { [tasksExtension]: {} } }),
  }
}

/** Whatever is listed or read depends on the caller. What a plugin says at each request is stale at once. */
export function cacheHintsOf({ listsChange }: ThingHandlers): NonNullable<ServerOptions['cacheHints']> {
  const list = { ttlMs: listLifetimeMs, cacheScope: 'private' as const }
  const atOnce = { ttlMs: 0, cacheScope: 'private' as const }
  return {
    'tools/list': list,
    'prompts/list': list,
    'resources/templates/list': list,
    'resources/list': listsChange ? atOnce : list,
    'resources/read': atOnce,
  }
}
