import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { isDocumented, writeDocumentedTable } from './documented-table.ts'
import { legs } from './legs.ts'
import { runLegs } from './run-legs.ts'

const { values } = parseArgs({
  options: {
    leg: { type: 'string', multiple: true },
    scenario: { type: 'string', multiple: true },
    write: { type: 'boolean' },
  },
})

try {
  const unknown = values.leg?.find((name) => !legs.some((leg) => leg.name === name))
  if (unknown !== undefined) {
    throw new Error(`There is no leg ${unknown}: choose of ${legs.map(({ name }) => name).join(', ')}`)
  }
  const whole = values.leg === undefined && values.scenario === undefined
  if (values.write === true && !whole) throw new Error('--write is for a whole run: leave out --leg and --scenario')
  const { passing, failing, table } = await runLegs({
    legs: legs.filter(({ name }) => values.leg?.includes(name) ?? true),
    scenarios: values.scenario,
    // A scenario mostly waits: for its program to load, then for the host.
    atOnce: 2 * availableParallelism(),
    print: console.log,
  })
  console.log(`${table}\n\n${String(passing)} passing\n${String(failing)} failing`)
  if (failing > 0) process.exitCode = 1
  if (values.write === true) writeDocumentedTable(table)
  if (whole && !isDocumented(table)) {
    console.error('docs/conformance.md shows another table: npm run conformance -- --write mends it')
    process.exitCode = 1
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
