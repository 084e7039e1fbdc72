import type { ResolvedConfig } from '@toolgate/config'
import type { StdioServer } from '@toolgate/core'
import type { Command } from 'commander'
import { claimStandardOutput } from '../claim-standard-output.ts'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { CliError } from '../errors.ts'
import { addExamples } from '../examples.ts'
import { loadConfiguration } from '../load-configuration.ts'
import { parseScopes } from '../parse-scopes.ts'

interface StdioCommandOptions extends GlobalOptions {
  readonly scopes?: string
  readonly name?: string
  readonly locked?: boolean
}

/** `toolgate stdio`: the catalogue for one local client, over standard input and output. */
export function addStdioCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('stdio')
    .description('serve the tools to one local client over standard input and output, without a listener')
    .option(
      '--scopes <scopes>',
      'scopes that the client holds, instead of stdio.scopes of the configuration; none by default',
    )
    .option(
      '--name <name>',
      'who the client is to plugins and audit (stdio:NAME), instead of stdio.name of the configuration',
    )
    .option('--locked', 'refuse to start with tools that are not as the lock file pins them')
    .action((_options: object, self: Command) => serve(context, self.optsWithGlobals<StdioCommandOptions>()))
  addExamples(command, [
    "toolgate stdio --scopes 'notes:read notes:write'",
    'toolgate stdio --name reviewer --locked',
    'claude mcp add tools -- npx toolgate stdio --config /srv/tools/mcp.config.ts --scopes notes:read',
  ])
}

async function serve(context: CommandContext, options: StdioCommandOptions): Promise<void> {
  // Before the configuration is loaded: it is code, too.
  const output = claimStandardOutput()
  const { environment, terminal } = context
  const configured = withOptions(await loadConfiguration(context, options), options)
  const { runUntilSignal, startStdio } = await import('@toolgate/core')
  const { locked = false } = options
  const server = await startStdio({ config: configured, locked, environment, input: process.stdin, output }).catch(
    (error: unknown) => {
      throw options.scopes === undefined ? error : namingTheOption(error, configured.stdio.scopes)
    },
  )
  if (process.stdin.isTTY) terminal.remark(startText(server, configured))
  await Promise.race([server.ended, runUntilSignal(server)])
  // A handler that heeds no signal would keep the process for as long as it likes.
  process.exit(0)
}

function withOptions(config: ResolvedConfig, { scopes, name }: StdioCommandOptions): ResolvedConfig {
  if (name !== undefined && !/^[A-Za-z0-9_.-]{1,64}$/.test(name)) {
    throw new CliError(
      'usage',
      `${JSON.stringify(name)} cannot be the name of a client`,
      'Write 1 to 64 of A-Z a-z 0-9 _ . -',
    )
  }
  return {
    ...config,
    stdio: {
      ...config.stdio,
      ...(name !== undefined && { name }),
      ...(scopes !== undefined && { scopes: scopes.trim() === '' ? [] : parseScopes(scopes) }),
    },
  }
}

/** The scopes of the command line are judged with those of the configuration; a fault is told by what was typed. */
function namingTheOption(error: unknown, scopes: readonly string[]): unknown {
  const faults: unknown = error instanceof Error ? Reflect.get(error, 'faults') : undefined
  if (!(error instanceof Error) || !Array.isArray(faults)) return error
  const named = (faults as readonly { readonly path: string }[]).map((fault) => {
    const index = /^stdio\.scopes\[(\d+)\]$/.exec(fault.path)?.[1]
    return index === undefined ? fault : { ...fault, path: `--scopes ${scopes[Number(index)] ?? ''}` }
  })
  return Object.assign(new Error(error.message, { cause: error }), { faults: named })
}

function startText({ tools, auditFile }: StdioServer, { stdio }: ResolvedConfig): string {
  return [
    `toolgate: speaks MCP on standard input and output; a client starts this command (docs/stdio.md says how).`,
    `toolgate: stdio:${stdio.name} holds ${stdio.scopes.join(' ') || 'no scope'}: ${String(tools.open)} of ${String(tools.loaded)} tools. Audit: ${auditFile}`,
  ].join('\n')
}
