import type { AuditQuery } from '@toolgate/audit'
import type { ResolvedConfig } from '@toolgate/config'
import { Option, type Command } from 'commander'
import { resolve } from 'node:path'
import type { CommandContext } from '../command-context.ts'
import { addExamples } from '../examples.ts'
import type { AuditFileOptions } from '../audit-file.ts'
import { loadConfiguration } from '../load-configuration.ts'
import { parseMoment } from '../parse-moment.ts'

interface QueryOptions extends AuditFileOptions {
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
    .option('--file <file>', 'another audit than the configured one, such as that of toolgate stdio')
    .option(
      '--subject <subject>',
      'who called (sub of the token) or the user of an event; the name of a user of the embedded server finds both',
    )
    .option('--client <client>', 'client id, or the name that the client gives itself')
    .option('--tool <name>', 'the tool as the caller wrote it')
    .addOption(
      new Option('--decision <effect>', 'what was decided').choices([
        'allow',
        'deny',
        'stale',
        'depends-on-arguments',
        'unknown-tool',
        'refused',
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
  const config = await loadConfiguration(context, options)
  const asked: AuditQuery = {
    ...{ client, tool, decision },
    subjects: subject === undefined ? undefined : await namesOf(context, config, subject),
    since: since === undefined ? undefined : parseMoment(since, now),
    until: until === undefined ? undefined : parseMoment(until, now),
  }
  const file = options.file === undefined ? config.audit.file : resolve(context.folder, options.file)
  const { formatAuditRecord, queryAudit } = await import('@toolgate/audit')
  for await (const record of queryAudit(file, asked)) {
    context.terminal.print(options.json === true ? JSON.stringify(record) : formatAuditRecord(record))
  }
}

/** What somebody is called in the audit: calls of a user of the embedded server stand there under the `sub` of the tokens. */
async function namesOf(
  { terminal }: CommandContext,
  { authority, dataFolder }: ResolvedConfig,
  subject: string,
): Promise<readonly string[]> {
  if (authority === undefined) return [subject]
  const { AuthorityError, findUser } = await import('@toolgate/authority')
  try {
    const user = findUser(dataFolder, subject)
    return user === undefined ? [subject] : [user.name, user.subject]
  } catch (error) {
    if (!(error instanceof AuthorityError)) throw error
    terminal.remark(`toolgate: ${error.message}: only what stands as ${subject} in the audit is found. ${error.mend}.`)
    return [subject]
  }
}
