import type { Command } from 'commander'
import { Option } from 'commander'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { CliError } from '../errors.ts'
import { addExamples } from '../examples.ts'
import { loadConfiguration } from '../load-configuration.ts'
import { parseArguments } from '../call/parse-arguments.ts'
import { parseDuration } from '../parse-duration.ts'
import { printTable } from '../print-table.ts'
import { readStandardInput } from '../read-standard-input.ts'
import type { McpClientOptions } from '../call/with-mcp-client.ts'

interface CallOptions extends GlobalOptions {
  readonly url?: string
  readonly token?: string
  readonly clientId?: string
  readonly list?: boolean
  readonly browser: boolean
  readonly timeout: string
  readonly signOut?: boolean
}

/** `toolgate call TOOL [JSON]`: one call as an MCP client, with sign-in and step-up in the browser. */
export function addCallCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('call')
    .description(
      'call a tool as an MCP client: signs in by the browser, and again if the tool needs more scopes or a newer sign-in',
    )
    .argument('[tool]', 'name of the tool')
    .argument('[json]', 'its arguments, a JSON object; - reads them from standard input', '{}')
    .option('--url <url>', 'MCP URL, instead of the resource of the configuration')
    .addOption(new Option('--token <token>', 'use this access token, do not sign in').env('TOOLGATE_TOKEN'))
    .option('--client-id <id>', 'a client that is registered at the authorization server')
    .option('--list', 'list the tools instead of calling one')
    .option('--sign-out', 'forget the sign-in at this host that earlier calls kept')
    .option('--no-browser', 'only print the address of the sign-in page')
    .option('--timeout <time>', 'how long to wait for a sign-in, and for the tool', '5m')
    .action(async (tool: string | undefined, json: string, _options: object, self: Command) => {
      await call(context, tool, json, self.optsWithGlobals<CallOptions>())
    })
  addExamples(command, [
    `toolgate call hello_greet '{"name":"Ada"}'`,
    'toolgate call --list --url https://tools.example.com/mcp',
    `TOOLGATE_TOKEN=$(toolgate token --user ada --scopes hello:read) toolgate call hello_greet '{"name":"Ada"}' --json`,
  ])
}

async function call(
  context: CommandContext,
  tool: string | undefined,
  json: string,
  options: CallOptions,
): Promise<void> {
  if (options.signOut === true) {
    await signOut(context, options)
    return
  }
  if (options.list !== true && tool === undefined) {
    throw new CliError('usage', 'no tool is named', 'Write toolgate call TOOL, or toolgate call --list.')
  }
  const timeout = parseDuration(options.timeout) * 1000
  const args = tool === undefined ? {} : parseArguments(tool, json === '-' ? await readStandardInput() : json)
  const client = await clientOptions(context, options, timeout)
  if (tool === undefined || options.list === true) await listTools(context, client, options.json === true)
  else await callTool(context, client, { name: tool, arguments: args }, timeout, options.json === true)
}

async function signOut(context: CommandContext, options: CallOptions): Promise<void> {
  const { openSignInStore } = await import('../call/sign-in-store.ts')
  const url = await hostUrl(context, options)
  await openSignInStore(url, context.environment).clear()
  context.terminal.remark(`toolgate: the sign-in at ${url} is forgotten.`)
}

async function clientOptions(
  context: CommandContext,
  options: CallOptions,
  timeout: number,
): Promise<McpClientOptions> {
  return {
    url: await hostUrl(context, options),
    token: options.token,
    clientId: options.clientId,
    environment: context.environment,
    signInMilliseconds: timeout,
    show: (address) => {
      context.terminal.remark(`Open this address to sign in:\n  ${address.href}`)
      if (options.browser && context.terminal.isInteractive) void openBrowser(address.href)
    },
  }
}

async function hostUrl(context: CommandContext, options: CallOptions): Promise<string> {
  if (options.url === undefined) return (await loadConfiguration(context, options)).resource
  const url = URL.parse(options.url)
  const { isLoopbackHost } = await import('@toolgate/auth')
  if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname)))) {
    throw new CliError(
      'usage',
      `${JSON.stringify(options.url)} is no MCP URL`,
      'Write an https address, or http on this machine: --url http://127.0.0.1:8787/mcp.',
    )
  }
  return options.url
}

async function openBrowser(address: string): Promise<void> {
  const { default: open } = await import('open')
  // The address is printed: a machine without a browser is no fault.
  await open(address).then(
    (process) => process.on('error', () => undefined),
    () => undefined,
  )
}

async function listTools({ terminal }: CommandContext, options: McpClientOptions, json: boolean): Promise<void> {
  const { withMcpClient } = await import('../call/with-mcp-client.ts')
  const { tools } = await withMcpClient(options, (client) => client.listTools())
  if (json) terminal.print(JSON.stringify(tools))
  else if (tools.length === 0) terminal.print('No tool is within reach of this sign-in.')
  else {
    printTable(
      terminal,
      ['TOOL', 'WHAT IT DOES'],
      tools.map((tool) => [tool.name, (tool.description ?? '').split('\n')[0] ?? '']),
    )
  }
}

async function callTool(
  { terminal }: CommandContext,
  options: McpClientOptions,
  tool: { readonly name: string; readonly arguments: Record<string, unknown> },
  timeout: number,
  json: boolean,
): Promise<void> {
  const { withMcpClient } = await import('../call/with-mcp-client.ts')
  const { describeResult } = await import('../call/describe-result.ts')
  const result = await withMcpClient(options, (client) => client.callTool(tool, { timeout }))
  if (json) terminal.print(JSON.stringify(result))
  else if (result.isError !== true) terminal.print(describeResult(result))
  if (result.isError === true) {
    const failure = describeResult(result)
      .trim()
      .replaceAll(/\s*\n\s*/g, '; ')
    throw new CliError('fault', `${tool.name} reports a failure: ${failure}`)
  }
}
