import type { ChainFault, Verification } from '@toolgate/audit'
import type { Command } from 'commander'
import { basename, resolve } from 'node:path'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { ReportedFault } from '../errors.ts'
import { addExamples } from '../examples.ts'
import { loadConfiguration } from '../load-configuration.ts'

const SHOWN_FAULTS = 100

/** `toolgate audit verify`: recomputes the chain of the audit. Exit code 1 if a record is changed, missing or misplaced. */
export function addAuditVerifyCommand(audit: Command, context: CommandContext): void {
  const command = audit
    .command('verify')
    .description('find changed, missing and reordered records; exit code 1 if there are any')
    .argument('[file...]', 'judge these files alone, such as an archive; all files of the audit by default')
    .action(async (files: string[], _options: object, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      const { verifyAudit } = await import('@toolgate/audit')
      const verification =
        files.length > 0
          ? await verifyAudit({ files: files.map((file) => resolve(file)) })
          : await verifyAudit({ audit: (await loadConfiguration(context, options)).audit.file })
      const ok = verification.faults.length === 0
      if (options.json === true) context.terminal.print(JSON.stringify({ ok, ...verification }))
      else print(context, verification)
      if (!ok) throw new ReportedFault()
    })
  addExamples(command, ['toolgate audit verify', 'toolgate audit verify --json', 'toolgate audit verify old/*.ndjson'])
}

function print({ terminal }: CommandContext, { files, records, first, removed, last, faults }: Verification): void {
  for (const fault of faults.slice(0, SHOWN_FAULTS)) terminal.remark(`toolgate: ${sentence(fault)}`)
  if (faults.length > SHOWN_FAULTS) terminal.remark(`toolgate: and ${String(faults.length - SHOWN_FAULTS)} more`)
  if (records === 0 && faults.length === 0) {
    terminal.print('There is no record.')
    return
  }
  if (removed > 0) terminal.print(`Records 1 to ${String(removed)} were removed by rotation, as the audit says.`)
  const range = `${String(records)} records, ${String(first)} to ${String(last.seq)}, in ${files.join(', ')}.`
  terminal.print(faults.length === 0 ? `${range} None is changed, missing or misplaced.` : range)
  terminal.print(`Head: ${String(last.seq)} ${last.chain}`)
}

function sentence({ kind, file = '', line = 0, seq = 0, lastSeq = seq }: ChainFault): string {
  const place = `${basename(file)} line ${String(line)}`
  switch (kind) {
    case 'missing':
      return seq === lastSeq
        ? `record ${String(seq)} is missing`
        : `records ${String(seq)} to ${String(lastSeq)} are missing`
    case 'changed':
      return `${place}: record ${String(seq)} is not the one that was written there`
    case 'reordered':
      return `${place}: record ${String(seq)} stands after a later one`
    case 'repeated':
      return `${place}: there is a record ${String(seq)} before this one`
    case 'unreadable':
      return `${place} is no record`
  }
}
