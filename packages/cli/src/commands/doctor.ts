import type { Command } from 'commander'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { CliError, ReportedFault } from '../errors.ts'
import { addExamples } from '../examples.ts'
import { printable } from '../printable.ts'

/** `toolgate doctor [URL]`: the way of a client, walked from outside. Exit code 1 on any fault. */
export function addDoctorCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('doctor')
    .description('walk the way of a client from outside: 401, metadata, issuers, keys, scopes; say what to mend')
    .argument('[url]', 'MCP URL; the resource of the configuration by default')
    .action(async (typed: string | undefined, _options: object, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      if (typed !== undefined) requireUrl(typed)
      const { findLocalPolicy } = await import('../doctor/local-policy.ts')
      const { local, aside } = await findLocalPolicy(context, options, typed)
      const { diagnose } = await import('../doctor/diagnose.ts')
      const diagnosis = await diagnose(typed ?? local?.resource ?? '', local)
      const notLooked = [...diagnosis.notLooked, ...(aside === undefined ? [] : [`Configuration: ${aside}.`])]
      const ok = diagnosis.findings.every(({ level }) => level !== 'fault')
      if (options.json === true) context.terminal.print(JSON.stringify({ ok, ...diagnosis, notLooked }))
      else {
        const { printDiagnosis } = await import('../doctor/print-diagnosis.ts')
        printDiagnosis(context.terminal, { ...diagnosis, notLooked })
      }
      if (!ok) throw new ReportedFault()
    })
  addExamples(command, [
    'toolgate doctor',
    'toolgate doctor https://tools.example.com/mcp',
    'toolgate doctor https://tools.example.com/mcp --config mcp.config.ts --json',
  ])
}

function requireUrl(typed: string): void {
  const mend = 'Write the MCP URL as clients use it: https://tools.example.com/mcp.'
  const shown = JSON.stringify(printable(typed))
  // A URL may come from anybody's message: parsing would drop or encode what a terminal obeys, printing would not.
  if (shown !== JSON.stringify(typed) || /\s/.test(typed)) {
    throw new CliError('usage', `${shown} holds characters that no URL holds`, mend)
  }
  if (!URL.canParse(typed)) throw new CliError('usage', `${shown} is no URL`, mend)
  const { protocol, username, password } = new URL(typed)
  if (protocol !== 'https:' && protocol !== 'http:') throw new CliError('usage', `${protocol} is not http(s)`, mend)
  if (username !== '' || password !== '') throw new CliError('usage', 'the URL holds credentials', mend)
  if (typed.includes('#')) throw new CliError('usage', 'the URL holds a fragment', mend)
}
