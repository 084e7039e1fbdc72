import fc from 'fast-check'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** An input that broke something once, or nearly did. */
interface Kept<Input> {
  readonly why: string
  readonly input: Input
}

/**
 * Runs a property over every input of its corpus first, then over new ones. With `TOOLGATE_KEEP_CORPUS=1` an input that
 * fails, shrunk, is added to the corpus, so that it is run for ever after.
 *
 * @param corpus name of a file in test/corpus
 * @param holds throws, or returns false, for an input that fails
 */
export async function checkProperty<Input>(
  corpus: string,
  inputs: fc.Arbitrary<Input>,
  holds: (input: Input) => boolean | Promise<boolean>,
  numRuns: number,
): Promise<void> {
  const file = join(import.meta.dirname, '../../corpus', `${corpus}.json`)
  const kept = JSON.parse(readFileSync(file, 'utf8')) as readonly Kept<Input>[]
  for (const { why, input } of kept) {
    if (!(await holds(input))) throw new Error(`test/corpus/${corpus}.json: ${why}`)
  }
  const report = await fc.check(
    fc.asyncProperty(inputs, async (input) => holds(input)),
    { numRuns },
  )
  if (!report.failed) return
  const found = report.counterexample?.[0]
  if (process.env.TOOLGATE_KEEP_CORPUS === '1' && found !== undefined) {
    const added = [...kept, { why: `found with seed ${String(report.seed)}`, input: found }]
    writeFileSync(file, `${JSON.stringify(added, undefined, 2)}\n`)
  }
  throw new Error(fc.defaultReportMessage(report), { cause: report.errorInstance })
}
