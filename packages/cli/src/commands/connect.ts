import type { Command } from 'commander'
import type { ClientLine, ClientLineInput } from '@toolgate/core'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { CliError } from '../errors.ts'
import { addExamples } from '../examples.ts'
import { loadConfiguration } from '../load-configuration.ts'
import { parseScopes } from '../parse-scopes.ts'

interface ConnectOptions extends GlobalOptions {
  readonly url?: string
  readonly name?: string
  readonly scopes?: string
}

/** `toolgate connect [CLIENT]`: the exact line or link that connects an MCP client. */
export function addConnectCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('connect')
    .description('print the line or link that connects an MCP client')
    .argument(
      '[client]',
      'claude, claude-code, vscode, cursor, codex, chatgpt, gemini-cli, goose or inspector; all by default',
    )
    .option('--url <url>', 'MCP URL, instead of the resource of the configuration')
    .option('--name <name>', 'what the client calls the host')
    .option('--scopes <scopes>', 'scopes to pin where the client can; what the running host advertises by default')
    .action(async (id: string | undefined, _options: object, self: Command) => {
      const options = self.optsWithGlobals<ConnectOptions>()
      const { clientLines } = await import('@toolgate/core')
      const lines = chosen(clientLines, id)
      const input = await lineInput(context, options, lines)
      if (options.json === true) printJson(context, lines, input)
      else if (id === undefined) printAll(context, lines, input)
      else printOne(context, lines, input)
    })
  addExamples(command, [
    'toolgate connect',
    'toolgate connect claude-code',
    "toolgate connect codex --scopes 'notes:read notes:write'",
    'toolgate connect vscode --url https://tools.example.com/mcp --name acme',
  ])
}

function chosen(lines: readonly ClientLine[], id: string | undefined): readonly ClientLine[] {
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

function printOne({ terminal }: CommandContext, lines: readonly ClientLine[], input: ClientLineInput): void {
  for (const line of lines) {
    terminal.print(line.render(input))
    for (const text of remarksOn(line, input)) terminal.remark(text)
  }
}

function printAll({ terminal }: CommandContext, lines: readonly ClientLine[], input: ClientLineInput): void {
  for (const line of lines) {
    terminal.print(`${terminal.strong(line.name)}  (toolgate connect ${line.id})`)
    terminal.print(line.render(input).replaceAll(/^/gm, '  '))
    for (const text of remarksOn(line, input)) terminal.print(`  ${terminal.faint(text)}`)
    terminal.print('')
  }
}

function printJson({ terminal }: CommandContext, lines: readonly ClientLine[], input: ClientLineInput): void {
  const printed = lines.map((line) => {
    const { id, name, kind, place, checkedOn, source, note } = line
    return { id, name, kind, place, text: line.render(input), link: line.link?.(input), checkedOn, source, note }
  })
  terminal.print(JSON.stringify(printed))
}

function remarksOn(line: ClientLine, { url }: ClientLineInput): readonly string[] {
  const remarks = [`Where: ${line.place}.`, `Note: ${line.note} (checked ${line.checkedOn})`]
  if (line.calledFrom === 'internet' && new URL(url).protocol !== 'https:') {
    remarks.push(`${line.name} calls from the internet: it needs an https address that is reachable there, not ${url}.`)
  }
  return remarks
}
