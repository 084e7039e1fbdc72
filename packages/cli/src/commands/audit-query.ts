import type { AuditQuery } from '@toolgate/audit'
import { Option, type Command } from 'commander'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { addExamples } from '../examples.ts'
import { loadConfiguration } from '../load-configuration.ts'
import { parseMoment } from '../parse-moment.ts'

interface QueryOptions extends GlobalOptions {
  readonly subject?: string
  readonly client?: string
  readonly tool?: string
  readonly decision?: Exclude<AuditQuery['decision'], undefined>
  readonly since?: string
  readonly until?: string
}

/** `toolgate audit query`: decisions with their outcomes, and events, from all files of the audit. */
export function addAuditQueryCommand(audit: Command, context: CommandContext): void {
  const command = audit
    .command('query')
    .description('print the records that match, from all files of the audit, oldest first')
    .option('--subject <subject>', 'who called, or the user of an event')
    .option('--client <client>', 'client id, or the name that the client gives itself')
    .option('--tool <name>', 'the tool as the caller wrote it')
    .addOption(
      new Option('--decision <effect>', 'what was decided').choices([
        'allow',
        'deny',
        'depends-on-arguments',
        'unknown-tool',
      ]),
    )
    .option('--since <time>', 'from then on: ISO 8601, or a length of time until now, such as 2h')
    .option('--until <time>', 'before then')
    .action(async (_options: object, self: Command) => {
      await query(context, self.optsWithGlobals<QueryOptions>())
    })
  addExamples(command, [
    'toolgate audit query --decision deny --since 2h',
    'toolgate audit query --subject alice --tool notes_delete --json',
    'toolgate audit query --since 2026-01-31 --until 2026-02-01T12:00:00Z',
  ])
}

async function query(context: CommandContext, options: QueryOptions): Promise<void> {
  const { since, until, subject, client, tool, decision } = options
  const now = Date.now()
  const asked: AuditQuery = {
    ...{ subject, client, tool, decision },
    since: since === undefined ? undefined : parseMoment(since, now),
    until: until === undefined ? undefined : parseMoment(until, now),
  }
  const { file } = (await loadConfiguration(context, options)).audit
  const { formatAuditRecord, queryAudit } = await import('@toolgate/audit')
  for await (const record of queryAudit(file, asked)) {
    context.terminal.print(options.json === true ? JSON.stringify(record) : formatAuditRecord(record))
  }
}
