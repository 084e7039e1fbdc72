import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { readAudit } from '@toolgate/audit'
import { startIssuer, type BenchIssuer } from './issuer.ts'
import { startGenerator, type Generator } from './load/generator.ts'
import { median } from './median.ts'
import type { Caller, PartySettings } from './messages.ts'
import { target, type Target } from './report.ts'
import type { Pace } from './rounds.ts'
import { createRunFolder, createWorkspace } from './workspace.ts'

const CONNECTIONS = 16
const SPEND_MICROSECONDS = 2_000
const COUNTS = [1, 2] as const
/** How often two processes are measured beside each other, each for this much longer than a plain call. */
const LONGER = 3

/** One host, measured in each round. */
interface Measured {
  readonly workers: number
  readonly settings: PartySettings
  readonly callers: readonly Caller[]
  readonly process: ChildProcess
  readonly rates: number[]
  calls: number
}

/** Two workers beside one process, with a tool that spends processor time. */
export interface WorkersResult {
  /** Calls a second, medians over the rounds. */
  readonly rates: readonly { readonly workers: number; readonly callsPerSecond: number }[]
  /** Median of the ratios of the rounds. */
  readonly ratio: number
  /** What the generator takes of one core, at most. */
  readonly generatorShare: number
  readonly targets: readonly Target[]
}

async function startServed(folder: string, issuer: BenchIssuer, workers: number): Promise<Measured> {
  const settings = await createWorkspace(folder, issuer, 10, { workers, spendMicroseconds: SPEND_MICROSECONDS })
  const callers = await issuer.makeCallers(settings.resource, CONNECTIONS, 'plain')
  const toolgate = join(import.meta.dirname, '../packages/cli/bin/toolgate.mjs')
  const child = spawn(process.execPath, [toolgate, 'serve', '--json'], {
    cwd: folder,
    env: { ...process.env, LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit').then(() => {
    throw new Error(`the host with ${String(workers)} workers ended before it served`)
  })
  await Promise.race([once(child.stdout, 'data'), ended])
  ended.catch(() => undefined)
  return { workers, settings, callers, process: child, rates: [], calls: 0 }
}

async function measure(
  generator: Generator,
  host: Measured,
  durationMs: number,
): Promise<{ rate: number; share: number }> {
  const { settings, callers } = host
  const port = Number(new URL(settings.resource).port)
  const job = { port, callers, family: '2026-07-28', method: 'tools/call', toolCount: 10, durationMs } as const
  const { requests, elapsedMs, cpuMicroseconds, fault } = await generator.run(job)
  if (fault !== undefined) throw new Error(`${String(host.workers)} workers: ${fault}`)
  host.calls += requests
  return { rate: (requests / elapsedMs) * 1000, share: cpuMicroseconds / 1000 / elapsedMs }
}

async function requireRecorded({ settings, calls, workers }: Measured): Promise<void> {
  let outcomes = 0
  for await (const record of readAudit(join(settings.folder, 'audit.ndjson'))) if (record.type === 'outcome') outcomes++
  if (outcomes !== calls) {
    throw new Error(
      `${String(calls)} calls of ${String(workers)} workers left ${String(outcomes)} outcomes in the audit`,
    )
  }
}

async function end(host: Measured): Promise<void> {
  if (host.process.exitCode !== null) return
  host.process.kill('SIGTERM')
  await once(host.process, 'exit')
}

/** @throws Error if any answer was wrong, or a call is missing in the audit */
export async function runWorkers(pace: Pace, progress: (text: string) => void): Promise<WorkersResult> {
  const folder = createRunFolder()
  const issuer = await startIssuer()
  const generator = startGenerator()
  const hosts: Measured[] = []
  let generatorShare = 0
  try {
    for (const workers of COUNTS) {
      hosts.push(await startServed(join(folder.path, `w${String(workers)}`), issuer, workers))
    }
    for (const host of hosts) await measure(generator, host, pace.warmUpMs * 2)
    for (let round = 0; round < pace.rounds; round += 1) {
      progress(`round ${String(round + 1)} of ${String(pace.rounds)}`)
      for (const host of round % 2 === 0 ? hosts : hosts.toReversed()) {
        const { rate, share } = await measure(generator, host, pace.slotMs * LONGER)
        host.rates.push(rate)
        generatorShare = Math.max(generatorShare, share)
      }
    }
    for (const host of hosts) await end(host)
    for (const host of hosts) await requireRecorded(host)
    return resultOf(hosts, generatorShare)
  } finally {
    for (const host of hosts) await end(host)
    generator.close()
    issuer.close()
    folder.remove()
  }
}

function resultOf(hosts: readonly Measured[], generatorShare: number): WorkersResult {
  const [one, two] = hosts
  const ratios = (two?.rates ?? []).map((rate, round) => rate / (one?.rates[round] ?? Number.NaN))
  const ratio = median(ratios)
  return {
    rates: hosts.map(({ workers, rates }) => ({ workers, callsPerSecond: median(rates) })),
    ratio,
    generatorShare,
    targets: [
      target('two workers over one process, 2 ms of CPU per call', ratio, 'at least', 1.7),
      target('the generator of one core', generatorShare * 100, 'at most', 10, '%'),
    ],
  }
}

/** The figures as text. */
export function workersTable({ rates, ratio, generatorShare }: WorkersResult): string {
  const lines = rates.map(
    ({ workers, callsPerSecond }) =>
      `  ${String(workers)} ${workers === 1 ? 'process ' : 'workers '} ${callsPerSecond.toFixed(0).padStart(6)} calls/s`,
  )
  const share = (generatorShare * 100).toFixed(1)
  return [
    `A tool that spends 2 ms of processor time, ${String(CONNECTIONS)} connections:`,
    ...lines,
    `  ratio      ${ratio.toFixed(2)} (median of the ratios of the rounds)`,
    `  generator  ${share} % of one core`,
  ].join('\n')
}
