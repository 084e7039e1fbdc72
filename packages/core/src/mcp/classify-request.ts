import { classifyInboundRequest, type JSONRPCRequest } from '@modelcontextprotocol/server'
import type { MirroredHeaders } from './header-checks.ts'

type Route = ReturnType<typeof classifyInboundRequest>
type ModernRoute = Extract<Route, { readonly kind: 'modern'; readonly messageKind: 'request' }>
/** What is the same for all requests that are alike. */
type Verdict =
  | { readonly kind: 'modern'; readonly classification: ModernRoute['classification'] }
  | { readonly kind: 'legacy'; readonly route: Route }
/** A verdict, and the `_meta` of the request that it was made for. */
interface Remembered {
  readonly meta: unknown
  readonly verdict: Verdict
}

/** Methods with headers that verdicts are remembered for. */
const mostKeys = 64
/** Verdicts that are remembered of each: one per client. */
const mostVerdicts = 32
/** Characters of what a verdict is remembered by. */
const longestKey = 256
const longestMeta = 2_048

const methods: ReadonlySet<unknown> = new Set(['tools/call', 'tools/list'])
const members: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'method', 'params'])
const verdicts = new Map<string, Remembered[]>()

/**
 * The SDK's `classifyInboundRequest` of a POST: which family of revisions a body is of, and whether its `_meta` and headers are in
 * order.
 *
 * It is asked once for all requests that are alike to it: of a call or list whose shape is looked at here, it sees the method, the
 * `_meta` and the headers, and nothing else. The verdict is remembered by these, if it let the request pass.
 */
export function classifyRequest(body: unknown, headers: MirroredHeaders): Route {
  const sound = soundRequest(body, headers)
  if (sound === undefined) return classify(body, headers)
  const known = verdicts.get(sound.key)?.find(({ meta }) => isSameJson(meta, sound.meta))?.verdict
  if (known?.kind === 'legacy') return known.route
  if (known !== undefined) return { ...known, messageKind: 'request', message: body as JSONRPCRequest }
  const route = classify(body, headers)
  const verdict = verdictOf(route)
  if (verdict !== undefined) remember(sound, verdict)
  return route
}

/** The newest comes first, and the oldest goes. Which one was asked for last is nothing to keep account of at every request. */
function remember({ key, meta }: SoundRequest, verdict: Verdict): void {
  if (meta !== undefined && JSON.stringify(meta).length > longestMeta) return
  const known = verdicts.get(key) ?? []
  if (known.length === 0) {
    if (verdicts.size >= mostKeys) verdicts.clear()
    verdicts.set(key, known)
  }
  // A copy: what becomes of the request's own must not change what is remembered.
  known.unshift({ meta: structuredClone(meta), verdict })
  if (known.length > mostVerdicts) known.pop()
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

/** All that the SDK's verdict about a sound call or list goes by. */
interface SoundRequest {
  readonly key: string
  readonly meta: unknown
}

/** Undefined for what is no sound call or list, asks for progress, or has headers too long to be remembered. */
function soundRequest(body: unknown, { protocolVersion = '', method = '' }: MirroredHeaders): SoundRequest | undefined {
  if (!isRecord(body) || body['jsonrpc'] !== '2.0' || !methods.has(body['method'])) return undefined
  const { id, params } = body
  if (typeof id !== 'string' && !Number.isSafeInteger(id)) return undefined
  if (!isRecord(params) || Object.keys(body).some((member) => !members.has(member))) return undefined
  const { _meta: meta } = params
  if (meta !== undefined && !isRecord(meta)) return undefined
  // It is another one each time: nothing would ever be alike to it.
  if (meta !== undefined && Object.hasOwn(meta, 'progressToken')) return undefined
  // No header holds a newline.
  const key = `${String(body['method'])}\n${protocolVersion}\n${method}`
  return key.length > longestKey ? undefined : { key, meta }
}

/** Whether two values that were parsed of JSON are the same, whatever the order of their members. */
function isSameJson(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other
  if (Array.isArray(one) !== Array.isArray(other)) return false
  const names = Object.keys(one)
  if (names.length !== Object.keys(other).length) return false
  for (const name of names) {
    if (!Object.hasOwn(other, name) || !isSameJson(Reflect.get(one, name), Reflect.get(other, name))) return false
  }
  return true
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
