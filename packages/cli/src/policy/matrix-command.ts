import type { MatrixCell, PolicyMatrix } from '@toolgate/core'
import type { Command } from 'commander'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { addExamples } from '../examples.ts'
import { printTable } from '../print-table.ts'
import { loadPolicy } from './load-policy.ts'

interface MatrixOptions extends GlobalOptions {
  readonly markdown?: boolean
}

const cellText: Readonly<Record<MatrixCell, string>> = {
  allow: 'yes',
  'allow-if-fresh': 'fresh',
  'depends-on-arguments': 'args',
  part: 'part',
  condition: 'when',
  demand: 'may',
  none: '-',
}

const legend =
  'yes: this scope alone is enough. args: enough for some arguments, or unless its author asks for more. part: needed together with others. when: some arguments ask for it. may: its author may ask for it.'

const freshLegend = ' fresh: enough if the sign-in is as the tool asks for (requires).'

function legendOf({ tools }: PolicyMatrix): string {
  return tools.some(({ requires }) => requires !== undefined) ? legend + freshLegend : legend
}

/** `toolgate policy matrix`: what every scope by itself is good for with every tool. */
export function addMatrixCommand(policy: Command, context: CommandContext): void {
  const command = policy
    .command('matrix')
    .description('print tools against scopes: what each scope alone is good for')
    .option('--markdown', 'print a Markdown table')
    .action(async (_options: object, self: Command) => {
      const options = self.optsWithGlobals<MatrixOptions>()
      const inspected = await loadPolicy(context, options)
      const { policyMatrix } = await import('@toolgate/core')
      const matrix = policyMatrix(inspected)
      if (options.json === true) context.terminal.print(JSON.stringify(matrix))
      else if (options.markdown === true) context.terminal.print(markdown(matrix))
      else print(context, matrix)
    })
  addExamples(command, ['toolgate policy matrix', 'toolgate policy matrix --markdown > policy.md'])
}

function rowsOf({ tools }: PolicyMatrix): readonly (readonly string[])[] {
  return tools.map(({ tool, visibility, withoutScopes, cells }) => [
    tool,
    visibility,
    ...[withoutScopes, ...cells].map((cell) => cellText[cell]),
  ])
}

function print({ terminal }: CommandContext, matrix: PolicyMatrix): void {
  printTable(terminal, ['TOOL', 'VISIBILITY', '(no scope)', ...matrix.scopes], rowsOf(matrix))
  terminal.print(`\n${legendOf(matrix)}`)
}

function markdown(matrix: PolicyMatrix): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const code = (text: string) => `\`${text}\``
  const head = ['tool', 'visibility', 'no scope', ...matrix.scopes.map(code)]
  const rows = rowsOf(matrix).map(([tool = '', ...cells]) => line([code(tool), ...cells]))
  return [line(head), line(head.map(() => '---')), ...rows, '', legendOf(matrix)].join('\n')
}
