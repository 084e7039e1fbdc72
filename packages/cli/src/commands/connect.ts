import type { Command } from 'commander'
import type { ClientLine, ClientLineInput, LocalLine } from '@toolgate/core'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { CliError } from '../errors.ts'
import { addExamples } from '../examples.ts'
import { loadConfiguration } from '../load-configuration.ts'
import { parseScopes } from '../parse-scopes.ts'
import { localInput } from './local-input.ts'

interface ConnectOptions extends GlobalOptions {
  readonly url?: string
  readonly name?: string
  readonly scopes?: string
  readonly stdio?: boolean
}

/** One line, rendered. */
interface Printed {
  readonly line: LocalLine | ClientLine
  readonly text: string
  readonly link: string | undefined
  readonly remarks: readonly string[]
}

/** `toolgate connect [CLIENT]`: the exact line or link that connects an MCP client. */
export function addConnectCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('connect')
    .description('print the line or link that connects an MCP client')
    .argument(
      '[client]',
      'claude, claude-code, vscode, cursor, codex, chatgpt, gemini-cli, goose or inspector; with --stdio claude-code, claude-desktop, vscode, cursor, codex or gemini-cli; all by default',
    )
    .option('--stdio', 'a line by which the client starts toolgate stdio itself, without a host')
    .option('--url <url>', 'MCP URL, instead of the resource of the configuration')
    .option('--name <name>', 'what the client calls the host')
    .option(
      '--scopes <scopes>',
      'scopes to pin where the client can; what the running host advertises by default. With --stdio the scopes that the client holds',
    )
    .action(async (id: string | undefined, _options: object, self: Command) => {
      const options = self.optsWithGlobals<ConnectOptions>()
      const printed = await (options.stdio === true ? localOnes : hostOnes)(context, options, id)
      if (options.json === true) printJson(context, printed)
      else if (id === undefined) printAll(context, printed, options.stdio === true ? '--stdio ' : '')
      else printOne(context, printed)
    })
  addExamples(command, [
    'toolgate connect',
    'toolgate connect claude-code',
    "toolgate connect codex --scopes 'notes:read notes:write'",
    'toolgate connect vscode --url https://tools.example.com/mcp --name acme',
    "toolgate connect --stdio claude-code --scopes 'notes:read'",
  ])
}

async function hostOnes(
  context: CommandContext,
  options: ConnectOptions,
  id: string | undefined,
): Promise<readonly Printed[]> {
  const { clientLines } = await import('@toolgate/core')
  const lines = chosen(clientLines, id)
  const input = await lineInput(context, options, lines)
  return lines.map((line) => ({
    line,
    text: line.render(input),
    link: line.link?.(input),
    remarks: remarksOn(line, input),
  }))
}

async function localOnes(
  context: CommandContext,
  options: ConnectOptions,
  id: string | undefined,
): Promise<readonly Printed[]> {
  const { localLines } = await import('@toolgate/core')
  const lines = chosen(localLines, id)
  const input = await localInput(context, options)
  return lines.map((line) => ({
    line,
    text: line.render(input),
    link: line.link?.(input),
    remarks: [`Where: ${line.place}. (checked ${line.checkedOn})`],
  }))
}

function chosen<Line extends { readonly id: string }>(lines: readonly Line[], id: string | undefined): readonly Line[] {
  const matching = id === undefined ? lines : lines.filter((line) => line.id === id)
  if (matching.length > 0) return matching
  throw new CliError(
    'usage',
    `no line for the client ${JSON.stringify(id)}`,
    `Known are ${lines.map((line) => line.id).join(', ')}.`,
  )
}

async function lineInput(
  context: CommandContext,
  options: ConnectOptions,
  lines: readonly ClientLine[],
): Promise<ClientLineInput> {
  const config = options.url === undefined ? await loadConfiguration(context, options) : undefined
  const url = options.url ?? config?.resource ?? ''
  if (!URL.canParse(url)) {
    throw new CliError('usage', `${JSON.stringify(url)} is no URL`, 'Write --url https://tools.example.com/mcp.')
  }
  const name = options.name ?? config?.name ?? new URL(url).hostname
  if (options.scopes !== undefined) return { url, name, scopes: parseScopes(options.scopes) }
  if (!lines.some((line) => line.pinsScopes)) return { url, name, scopes: [] }
  const { advertisedScopes } = await import('../advertised-scopes.ts')
  const scopes = await advertisedScopes(url)
  if (scopes === undefined) {
    context.terminal.remark(
      `toolgate: ${url} does not answer, so no scopes are pinned. Start the host, or name them with --scopes.`,
    )
  }
  return { url, name, scopes: scopes ?? [] }
}

function printOne({ terminal }: CommandContext, printed: readonly Printed[]): void {
  for (const { text, remarks } of printed) {
    terminal.print(text)
    for (const remark of remarks) terminal.remark(remark)
  }
}

function printAll({ terminal }: CommandContext, printed: readonly Printed[], option: string): void {
  for (const { line, text, remarks } of printed) {
    terminal.print(`${terminal.strong(line.name)}  (toolgate connect ${option}${line.id})`)
    terminal.print(text.replaceAll(/^/gm, '  '))
    for (const remark of remarks) terminal.print(`  ${terminal.faint(remark)}`)
    terminal.print('')
  }
}

function printJson({ terminal }: CommandContext, printed: readonly Printed[]): void {
  const facts = printed.map(({ line, text, link }) => {
    const { id, name, kind, place, checkedOn, source } = line
    return {
      ...{ id, name, kind, place, text, link, checkedOn, source },
      ...('note' in line && { note: line.note }),
    }
  })
  terminal.print(JSON.stringify(facts))
}

function remarksOn(line: ClientLine, { url }: ClientLineInput): readonly string[] {
  const remarks = [`Where: ${line.place}.`, `Note: ${line.note} (checked ${line.checkedOn})`]
  if (line.calledFrom === 'internet' && new URL(url).protocol !== 'https:') {
    remarks.push(`${line.name} calls from the internet: it needs an https address that is reachable there, not ${url}.`)
  }
  return remarks
}
