import type { Random } from '../hostile/random.ts'
import { mcpHeaders, modernMeta } from '../wire.ts'
import { oddities, type Draft } from './oddities.ts'
import { outOfReach } from './tools.ts'

/** One request as both servers get it. */
export interface ComparedRequest {
  /** What is asked for, by which family, and what is odd about it. */
  readonly base: string
  readonly family: Family
  readonly oddity: string
  readonly authorized: boolean
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
}

/** The two families of revisions. */
export type Family = 'modern' | 'legacy'

interface Base {
  readonly method: string
  readonly params?: (random: Random) => Record<string, unknown>
  readonly headers?: (params: Readonly<Record<string, unknown>>) => Record<string, string>
  readonly notification?: boolean
}

const call =
  (name: string, args: (random: Random) => Record<string, unknown> = () => ({})) =>
  (random: Random): Record<string, unknown> => ({ name, arguments: args(random) })

const words = ['', 'a', 'größer', 'two words', '"quoted"\\', '\u2028', '🙂', 'x'.repeat(1_500)] as const

/** Everything that is asked for. */
const bases: Readonly<Record<string, Base>> = {
  list: { method: 'tools/list' },
  echo: { method: 'tools/call', params: call('diff_echo', (random) => ({ text: random.of(words) })) },
  content: {
    method: 'tools/call',
    params: call('diff_content', (random) => ({
      kind: random.of(['annotated', 'image', 'audio', 'link', 'resource', 'blob', 'unknownMember']),
    })),
  },
  fails: { method: 'tools/call', params: call('diff_fails') },
  meta: { method: 'tools/call', params: call('diff_meta') },
  progress: { method: 'tools/call', params: call('diff_progress', (random) => ({ steps: random.below(4) })) },
  region: {
    method: 'tools/call',
    params: call('diff_region', (random) => ({
      region: random.of(['eu-1', 'us-west']),
      count: random.below(2_000) - 1_000,
      nested: { exact: random.below(2) === 0 },
    })),
    headers: (params) => {
      const { region, count, nested } = params['arguments'] as {
        region: string
        count: number
        nested: { exact: boolean }
      }
      return { 'mcp-param-region': region, 'mcp-param-count': String(count), 'mcp-param-exact': String(nested.exact) }
    },
  },
  structured: { method: 'tools/call', params: call('diff_structured', (random) => ({ n: random.below(100) })) },
  unknownTool: { method: 'tools/call', params: call('diff_unknown') },
  outOfReach: { method: 'tools/call', params: call(outOfReach) },
  ping: { method: 'ping' },
  initialize: {
    method: 'initialize',
    params: () => ({ protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'diff', version: '1.0.0' } }),
  },
  discover: { method: 'server/discover' },
  unknownMethod: { method: 'tools/invented' },
  task: { method: 'tasks/get', params: () => ({ taskId: 'abc' }) },
  initialized: { method: 'notifications/initialized', notification: true },
}

const legacyRevisions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'] as const

function draft(base: Base, family: Family, random: Random): Draft {
  const params = base.params?.(random) ?? {}
  const withMeta = family === 'modern' ? { ...params, _meta: { ...modernMeta } } : params
  const { name, taskId } = params
  const mirrored = typeof name === 'string' ? name : typeof taskId === 'string' ? taskId : undefined
  const id = random.of([1, 0, -7, 2 ** 40, 'a', '', 'größer "1"'])
  return {
    random,
    modern: family === 'modern',
    authorized: true,
    headers: {
      ...mcpHeaders,
      'mcp-protocol-version': family === 'modern' ? '2026-07-28' : random.of(legacyRevisions),
      ...(family === 'modern' ? { 'mcp-method': base.method, ...base.headers?.(params) } : {}),
      ...(family === 'modern' && mirrored !== undefined ? { 'mcp-name': mirrored } : {}),
    },
    message: {
      jsonrpc: '2.0',
      ...(base.notification === true ? {} : { id }),
      method: base.method,
      ...(family === 'legacy' && base.params === undefined && random.below(2) === 0 ? {} : { params: withMeta }),
    },
    body: undefined,
  }
}

/** What the direct lane is for. */
const plain = ['list', 'echo', 'content', 'progress', 'region'] as const
/** Of the rest, as many with each oddity; which ones, its place says. */
const othersPerOddity = 3

/** As many requests: the plain ones in both families with every oddity, the others with some, and more at random. */
export function compareRequests(random: Random, count: number): readonly ComparedRequest[] {
  const others = Object.keys(bases).filter((base) => !plain.some((name) => name === base))
  const chosen = Object.keys(oddities).flatMap((oddity, place) => {
    const some = Array.from(
      { length: othersPerOddity },
      (_, index) => others[(place * 4 + index) % others.length] ?? '',
    )
    return [...plain, ...some].flatMap((base) => [
      make(random, base, 'modern', oddity),
      make(random, base, 'legacy', oddity),
    ])
  })
  const everyOther = others.flatMap((base) => [
    make(random, base, 'modern', 'nothing'),
    make(random, base, 'legacy', 'nothing'),
  ])
  const made = [...chosen, ...everyOther]
  const more = Array.from({ length: count - made.length }, () =>
    make(random, random.of(plain), random.of(['modern', 'legacy']), 'nothing'),
  )
  return [...made, ...more]
}

function make(random: Random, base: string, family: Family, oddity: string): ComparedRequest {
  const known = bases[base]
  const change = oddities[oddity]
  if (known === undefined || change === undefined) throw new Error(`no ${base} or no ${oddity}`)
  const made = draft(known, family, random)
  change(made)
  const { authorized, headers, message } = made
  return { base, family, oddity, authorized, headers, body: made.body ?? JSON.stringify(message) }
}
