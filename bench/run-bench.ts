import { join } from 'node:path'
import { callsOf, checkAudit, requireNoAudit } from './audit-counts.ts'
import { authorizationFigures, authorizationTargets, tokenFigures } from './compared-hosts.ts'
import type { AuthorizationFigures, IntrospectionCounts, TokenFigures } from './compared-hosts.ts'
import { CLIENT_ID } from './introspection.ts'
import { startIssuer, type BenchIssuer, type TokenKind } from './issuer.ts'
import { startGenerator } from './load/generator.ts'
import { floorTargets } from './floor-targets.ts'
import { measureStart } from './measure-start.ts'
import { median } from './median.ts'
import { FAMILIES, type Caller, type Family, type Method, type PartySettings } from './messages.ts'
import {
  firstFamily,
  isAudited,
  PARTY_NAMES,
  takesPart,
  type Party,
  type PartyName,
  type StartedName,
} from './party.ts'
import { peerFigures, type PeerFigures } from './peer-figures.ts'
import { measurePolicy, type PolicyFigures } from './policy-figures.ts'
import { callTargets, caseFigures, durabilityFigures, target } from './report.ts'
import type { CaseFigures, DurabilityFigures, Target } from './report.ts'
import { runRounds, type Counts, type Pace } from './rounds.ts'
import { slotKey, type Slot } from './slot.ts'
import { createRunFolder, createWorkspace, type WorkspaceOptions } from './workspace.ts'

const CONNECTIONS = 16
/** Of the servers with a crowd. */
const CROWD = 64
/** So that all connections together have more than a thousand. */
const TOKENS_PER_CONNECTION = 63
const CASES: readonly { readonly method: Method; readonly toolCounts: readonly number[] }[] = [
  { method: 'tools/call', toolCounts: [10, 1000] },
  { method: 'tools/list', toolCounts: [10, 100, 1000] },
]
const TOOL_COUNTS = [10, 100, 1000]
/** What the servers do otherwise than the plain ones. */
const OPTIONS: Partial<Record<PartyName, WorkspaceOptions>> = {
  shared: { sharedSchemas: true },
  dpop: { issuerSettings: { dpop: 'allowed' } },
  opaque: { issuerSettings: { introspection: { clientId: CLIENT_ID, clientSecret: { $env: 'CLIENT_SECRET' } } } },
  disk: { durability: 'disk' },
  afresh: { tokenCache: false },
  'afresh-floor': { tokenCache: false },
}
const TOKEN_KINDS: Partial<Record<PartyName, TokenKind>> = { dpop: 'bound', opaque: 'opaque' }

interface Runner {
  readonly party: Party
  readonly callers: readonly Caller[]
  /** Milliseconds from nothing to the first answer, of each start. */
  readonly starts: readonly number[]
}

/** Everything that a run found out. */
export interface BenchResult {
  readonly cases: readonly CaseFigures[]
  /** The host beside servers of others. */
  readonly peers: readonly PeerFigures[]
  /** The host with an audit that waits for the disk, beside the one that does not. */
  readonly durability: readonly DurabilityFigures[]
  /** The host beside itself with neither authorization nor audit of calls. */
  readonly authorization: readonly AuthorizationFigures[]
  /** The host by the kind of token. */
  readonly tokens: readonly TokenFigures[]
  readonly introspection: IntrospectionCounts
  readonly policy: PolicyFigures
  readonly targets: readonly Target[]
  readonly auditRecords: number
}

async function startRunner(
  name: StartedName,
  settings: PartySettings,
  callers: readonly Caller[],
  starts: number,
): Promise<Runner> {
  const milliseconds: number[] = []
  for (;;) {
    const started = await measureStart(name, settings, callers)
    milliseconds.push(started.milliseconds)
    if (milliseconds.length === starts) return { party: started.party, callers, starts: milliseconds }
    await started.party.close()
  }
}

/** One per connection. */
async function callersOf(name: PartyName, issuer: BenchIssuer, resource: string): Promise<readonly Caller[]> {
  const make = (count: number): Promise<Caller[]> => issuer.makeCallers(resource, count, TOKEN_KINDS[name] ?? 'plain')
  if (name === 'crowd' || name === 'crowd-floor') return make(CROWD)
  if (name !== 'tokens') return make(CONNECTIONS)
  const all = await make(CONNECTIONS * TOKENS_PER_CONNECTION)
  return all.slice(0, CONNECTIONS).map((caller, index) => ({
    ...caller,
    further: all.flatMap(({ token }, place) => (place % CONNECTIONS === index && place >= CONNECTIONS ? [token] : [])),
  }))
}

/** The host of as many tools, asked by other callers: two processes of one program are not equally fast. */
async function withManyTokens(runners: readonly Runner[], issuer: BenchIssuer): Promise<Runner> {
  const host = runners.find(({ party }) => party.name === 'toolgate')?.party
  if (host === undefined) throw new Error('the host has to be there first')
  const callers = await callersOf('tokens', issuer, host.settings.resource)
  return { party: { ...host, name: 'tokens', close: () => Promise.resolve() }, callers, starts: [] }
}

/**
 * Every server with how many tools it has, in the order in which they are started. What is started later finds a machine that is
 * fuller, so the second pair of hosts with few and many tools is started the other way round, and about the first.
 */
function startOrder(): (readonly [PartyName, number])[] {
  const all = TOOL_COUNTS.flatMap((count) =>
    PARTY_NAMES.filter((name) => takesPart(name, 'tools/call', count, firstFamily(name))).map(
      (name) => [name, count] as const,
    ),
  )
  const [few, many] = all.filter(([name]) => name === 'twin')
  if (few === undefined || many === undefined) throw new Error('the host is there twice, with few and with many tools')
  return [many, ...all.filter(([name]) => name !== 'twin'), few]
}

/** Starts all servers, into an array of the caller's, who closes what was started if one of them fails. */
async function startRunners(runners: Runner[], folder: string, issuer: BenchIssuer, starts: number): Promise<void> {
  for (const [name, toolCount] of startOrder()) {
    if (name === 'tokens') {
      runners.push(await withManyTokens(runners, issuer))
      continue
    }
    const own = join(folder, `${name}-${String(toolCount)}`)
    const settings = await createWorkspace(own, issuer, toolCount, OPTIONS[name])
    const callers = await callersOf(name, issuer, settings.resource)
    runners.push(await startRunner(name, settings, callers, name === 'toolgate' ? starts : 1))
  }
}

function slotGroups(runners: readonly Runner[]): Slot[][] {
  const group = (method: Method, family: Family, toolCounts: readonly number[]): Slot[] =>
    runners
      .filter(({ party }) => toolCounts.includes(party.settings.toolCount))
      .filter(({ party }) => takesPart(party.name, method, party.settings.toolCount, family))
      .toSorted((a, b) => PARTY_NAMES.indexOf(a.party.name) - PARTY_NAMES.indexOf(b.party.name))
      .map(({ party, callers }) => ({ party, callers, method, family }))
  return CASES.flatMap(({ method, toolCounts }) => FAMILIES.map((family) => group(method, family, toolCounts)))
}

async function resourceTargets(runners: readonly Runner[]): Promise<Target[]> {
  const runner = (name: PartyName, count: number): Runner | undefined =>
    runners.find(({ party }) => party.name === name && party.settings.toolCount === count)
  const megabytes = async (name: PartyName, count: number): Promise<number> =>
    ((await runner(name, count)?.party.usage())?.rssBytes ?? Number.NaN) / 1_048_576
  const targets: Target[] = []
  for (const count of TOOL_COUNTS) {
    const start = median(runner('toolgate', count)?.starts ?? [])
    targets.push(target(`start to first call, N=${String(count)}`, start, 'at most', 1500, 'ms'))
  }
  for (const count of TOOL_COUNTS) {
    const limit = Math.round(await megabytes('recipe', count))
    const name = `resident memory of the host after the run, N=${String(count)}`
    targets.push(target(name, await megabytes('toolgate', count), 'at most', limit, 'MiB'))
  }
  return targets
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}

async function checkAudits(runners: readonly Runner[], counts: Counts): Promise<number> {
  let records = 0
  for (const sharing of Map.groupBy(runners, ({ party }) => party.settings.folder).values()) {
    const [{ party }] = sharing as [Runner]
    const calls = sharing.map((each) => each.starts.length * each.callers.length + callsOf(each.party, counts))
    if (isAudited(party.name)) records += await checkAudit(party, sum(calls))
    if (party.name === 'unjudged') requireNoAudit(party)
  }
  return records
}

/** @throws Error if opaque tokens were never asked about: then nothing of it was measured */
function introspectionCounts(issuer: BenchIssuer, counts: Counts): IntrospectionCounts {
  const questions = issuer.questions()
  if (questions < CONNECTIONS) throw new Error(`the issuer was asked about ${String(questions)} tokens alone`)
  const calls = FAMILIES.map((family) => counts.get(slotKey('opaque', 'tools/call', family, 10)) ?? 0)
  return { questions, calls: calls.reduce((sum, count) => sum + count, CONNECTIONS) }
}

/**
 * Runs the whole benchmark.
 *
 * @throws Error if any answer was wrong, or a call is missing in the host's audit
 */
export async function runBench(pace: Pace, progress: (text: string) => void): Promise<BenchResult> {
  const folder = createRunFolder()
  const issuer = await startIssuer()
  const generator = startGenerator()
  const runners: Runner[] = []
  try {
    progress('measuring the policy')
    const policy = await measurePolicy(join(folder.path, 'policy'))
    progress('starting the servers')
    await startRunners(runners, folder.path, issuer, pace.starts)
    const { samples, counts } = await runRounds(generator, slotGroups(runners), pace, progress)
    const authorization = FAMILIES.map((family) => authorizationFigures(samples, family))
    const tokens = FAMILIES.map((family) => tokenFigures(samples, family))
    const introspection = introspectionCounts(issuer, counts)
    const targets = [
      ...callTargets(samples),
      ...floorTargets(samples),
      ...authorizationTargets(authorization, policy),
      ...(await resourceTargets(runners)),
    ]
    const cases = CASES.flatMap(({ method, toolCounts }) =>
      FAMILIES.flatMap((family) => toolCounts.map((count) => caseFigures(samples, method, family, count))),
    )
    const durability = FAMILIES.map((family) => durabilityFigures(samples, family))
    const auditRecords = await checkAudits(runners, counts)
    const peers = peerFigures(samples)
    return { cases, peers, durability, authorization, tokens, introspection, policy, targets, auditRecords }
  } finally {
    generator.close()
    for (const { party } of runners) await party.close()
    issuer.close()
    folder.remove()
  }
}
