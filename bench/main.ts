import { parseArgs } from 'node:util'
import { runBench } from './run-bench.ts'
import { caseTable, targetTable } from './print-report.ts'

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, json: { type: 'boolean' } } })
const pace =
  values.quick === true
    ? { rounds: 1, warmUpMs: 100, slotMs: 150, starts: 1 }
    : { rounds: 5, warmUpMs: 200, slotMs: 300, starts: 3 }
const progress = (text: string): void => {
  if (values.json !== true) process.stderr.write(`${text}\n`)
}

try {
  const result = await runBench(pace, progress)
  if (values.json === true) console.log(JSON.stringify(result, undefined, 2))
  else {
    console.log(`\n${caseTable(result.cases)}\n\n${targetTable(result.targets)}\n`)
    console.log(
      `Every answer was checked, and ${String(result.auditRecords)} audit records stand for the host's calls.`,
    )
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
