import { openAudit } from '../../src/index.ts'
import { decisionEntry } from './workspace.ts'

// Writes decisions until it is killed, or the number of them that it was given is reached; prints the last one told whole.
const [folder = '', limit = 'Infinity'] = process.argv.slice(2)
const quiet = (): void => undefined
const audit = await openAudit({
  file: `${folder}/state/audit.ndjson`,
  keyFile: `${folder}/state/audit.key`,
  durability: 'process',
  logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
})
process.stdout.write('open\n')
let written = 0
try {
  for (; written < Number(limit); written += 1) {
    await audit.decision(decisionEntry({ requestId: `request-${String(written)}` }))
  }
} catch (error) {
  process.stdout.write(`${String((error as { code?: string }).code)} after ${String(written)}\n`)
}
