import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { CliError } from '../errors.ts'
import { addExamples } from '../examples.ts'
import { auditFileOf, type AuditFileOptions } from '../audit-file.ts'
import { addAuditQueryCommand } from './audit-query.ts'
import { addAuditVerifyCommand } from './audit-verify.ts'

interface TailOptions extends AuditFileOptions {
  readonly lines: string
  readonly follow?: boolean
}

/** `toolgate audit`: `tail` prints what was decided, newest last; `query` looks for it; `verify` judges the files. */
export function addAuditCommand(program: Command, context: CommandContext): void {
  const audit = program.command('audit').description('read the audit')
  const command = audit
    .command('tail')
    .description('print the last records: decisions, their outcomes, sign-ins and changes of users')
    .option('-n, --lines <number>', 'how many records', '20')
    .option('--file <file>', 'another audit than the configured one, such as that of toolgate stdio')
    .option('-f, --follow', 'go on with what is written from now on, until interrupted')
    .action(async (_options: object, self: Command) => {
      await tail(context, self.optsWithGlobals<TailOptions>())
    })
  addExamples(command, [
    'toolgate audit tail',
    'toolgate audit tail -n 100 --json',
    'toolgate audit tail --follow',
    'toolgate audit tail --file .toolgate/audit-stdio.ndjson',
  ])
  addAuditQueryCommand(audit, context)
  addAuditVerifyCommand(audit, context)
}

async function tail(context: CommandContext, options: TailOptions): Promise<void> {
  if (!/^\d{1,7}$/.test(options.lines)) {
    throw new CliError('usage', `${JSON.stringify(options.lines)} is no number of records`, 'Write -n 20.')
  }
  const file = await auditFileOf(context, options)
  const { formatAuditRecord, hasAudit, readAudit } = await import('@toolgate/audit')
  if (!hasAudit(file)) throw new CliError('fault', `there is no audit at ${file}`, 'It begins when the host starts.')
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop.abort()
    })
  }
  const reading = { last: Number(options.lines), follow: options.follow === true, signal: stop.signal }
  for await (const record of readAudit(file, reading)) {
    context.terminal.print(options.json === true ? JSON.stringify(record) : formatAuditRecord(record))
  }
}
