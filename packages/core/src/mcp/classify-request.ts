import { classifyInboundRequest, type JSONRPCRequest } from '@modelcontextprotocol/server'
import type { MirroredHeaders } from './header-checks.ts'

type Route = ReturnType<typeof classifyInboundRequest>
type ModernRoute = Extract<Route, { readonly kind: 'modern'; readonly messageKind: 'request' }>
/** What is the same for all requests that are alike. */
type Verdict =
  | { readonly kind: 'modern'; readonly classification: ModernRoute['classification'] }
  | { readonly kind: 'legacy'; readonly route: Route }

/** Verdicts that are remembered: one per client, revision and method. */
const mostVerdicts = 1_000
/** Characters of what a verdict is remembered by. */
const longestKey = 2_048

const methods: ReadonlySet<unknown> = new Set(['tools/call', 'tools/list'])
const members: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'method', 'params'])
const verdicts = new Map<string, Verdict>()

/**
 * The SDK's `classifyInboundRequest` of a POST: which family of revisions a body is of, and whether its `_meta` and headers are in
 * order.
 *
 * It is asked once for all requests that are alike to it: of a call or list whose shape is looked at here, it sees the method, the
 * `_meta` and the headers, and nothing else. The verdict is remembered by these, if it let the request pass.
 */
export function classifyRequest(body: unknown, headers: MirroredHeaders): Route {
  const key = keyOf(body, headers)
  if (key === undefined) return classify(body, headers)
  const known = verdicts.get(key)
  if (known?.kind === 'legacy') return known.route
  if (known !== undefined) return { ...known, messageKind: 'request', message: body as JSONRPCRequest }
  const route = classify(body, headers)
  const verdict = verdictOf(route)
  if (verdict !== undefined) remember(key, verdict)
  return route
}

/** Which one was asked for last is nothing to keep account of at every request. */
function remember(key: string, verdict: Verdict): void {
  if (verdicts.size >= mostVerdicts) verdicts.clear()
  verdicts.set(key, verdict)
}

/** A refusal tells of the one request alone. */
function verdictOf(route: Route): Verdict | undefined {
  if (route.kind === 'legacy') return route.reason === 'no-claim' ? { kind: 'legacy', route } : undefined
  if (route.kind !== 'modern' || route.messageKind !== 'request') return undefined
  return { kind: 'modern', classification: route.classification }
}

function classify(body: unknown, { protocolVersion, method, name }: MirroredHeaders): Route {
  return classifyInboundRequest({
    httpMethod: 'POST',
    body,
    ...(protocolVersion === undefined ? {} : { protocolVersionHeader: protocolVersion }),
    ...(method === undefined ? {} : { mcpMethodHeader: method }),
    ...(name === undefined ? {} : { mcpNameHeader: name }),
  })
}

/** All that the SDK's verdict about a sound call or list goes by; undefined for what is none, or too long to be remembered. */
function keyOf(body: unknown, { protocolVersion = '', method = '' }: MirroredHeaders): string | undefined {
  if (!isRecord(body) || body['jsonrpc'] !== '2.0' || !methods.has(body['method'])) return undefined
  const { id, params } = body
  if (typeof id !== 'string' && !Number.isSafeInteger(id)) return undefined
  if (!isRecord(params) || Object.keys(body).some((member) => !members.has(member))) return undefined
  const { _meta: meta } = params
  if (meta !== undefined && !isRecord(meta)) return undefined
  // No header holds a newline.
  const key = `${String(body['method'])}\n${protocolVersion}\n${method}\n${meta === undefined ? '' : JSON.stringify(meta)}`
  // A number too large for JSON would be written as null too.
  return key.length > longestKey || key.includes('null') ? undefined : key
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
