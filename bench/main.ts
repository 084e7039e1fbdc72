import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { growthTables, NOT_MEASURED, plainTable } from './growth/growth-tables.ts'
import { GROWTH_PARTS, runGrowth, type GrowthResult } from './growth/run-growth.ts'
import { writeGrowth } from './growth/write-growth.ts'
import { partsOf } from './parts.ts'
import { peerChart } from './peer-chart.ts'
import { peerTable } from './peer-table.ts'
import { runBench, type BenchResult } from './run-bench.ts'
import { runWorkers, workersTable } from './workers.ts'
import { authorizationTable, caseTable, durabilityTable, policyTable, targetTable, tokenTable } from './print-report.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
    chart: { type: 'boolean' },
    only: { type: 'string' },
    workers: { type: 'boolean' },
  },
})
const pace =
  values.quick === true
    ? { rounds: 1, warmUpMs: 100, leadMs: 50, slotMs: 150, starts: 1 }
    : { rounds: 6, warmUpMs: 2_000, leadMs: 400, slotMs: 500, starts: 3 }
const progress = (text: string): void => {
  if (values.json !== true) process.stderr.write(`${text}\n`)
}

/** What the README shows; written with `--chart`. */
const root = join(import.meta.dirname, '..')
const chartFile = join(root, 'docs/bench.svg')
const growthFiles = { readme: join(root, 'README.md'), chart: join(root, 'docs/bench-growth.svg') }

function hostTables(result: BenchResult): string[] {
  return [
    caseTable(result.cases),
    peerTable(result.peers),
    durabilityTable(result.durability),
    authorizationTable(result.authorization),
    tokenTable(result.tokens, result.introspection),
    policyTable(result.policy),
  ]
}

function print(hosts: BenchResult | undefined, growth: GrowthResult | undefined): void {
  if (values.json === true) {
    console.log(JSON.stringify({ ...hosts, ...(growth !== undefined && { growth }) }, undefined, 2))
    return
  }
  const tables = [
    ...(hosts === undefined ? [] : hostTables(hosts)),
    ...(growth === undefined ? [] : [...growthTables(growth).map(plainTable), NOT_MEASURED]),
    targetTable([...(hosts?.targets ?? []), ...(growth?.targets ?? [])]),
  ]
  console.log(`\n${tables.join('\n\n')}\n`)
  const records = (hosts?.auditRecords ?? 0) + (growth?.auditRecords ?? 0)
  console.log(`Every answer was checked, and ${String(records)} audit records stand for the host's calls.`)
}

async function workersAlone(): Promise<void> {
  const result = await runWorkers(pace, progress)
  if (values.json === true) console.log(JSON.stringify({ workers: result }, undefined, 2))
  else console.log(`\n${workersTable(result)}\n\n${targetTable(result.targets)}\n`)
}

async function everything(): Promise<void> {
  const parts = partsOf(values.only)
  const growing = GROWTH_PARTS.filter((part) => parts.includes(part))
  const hosts = parts.includes('hosts') ? await runBench(pace, progress) : undefined
  const growth = growing.length > 0 ? await runGrowth(growing, pace, progress) : undefined
  if (values.chart === true) {
    if (hosts !== undefined) writeFileSync(chartFile, peerChart(hosts.peers))
    if (growing.length === GROWTH_PARTS.length && growth !== undefined) writeGrowth(growth, growthFiles)
  }
  print(hosts, growth)
}

try {
  await (values.workers === true ? workersAlone() : everything())
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
