import cluster from 'node:cluster'
import type { ResolvedConfig } from '@toolgate/config'
import type { Host, HostSummary } from '@toolgate/core'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { causeLine, causeOf } from './explain-error.ts'
import { loadConfiguration } from './load-configuration.ts'
import { printNotices, printTools } from './print-tools.ts'
import type { Terminal } from './terminal.ts'
import { version } from './version.ts'

/** Options of the commands that run a host. */
export interface HostRunOptions extends GlobalOptions {
  /** Refuse what the lock file does not pin. */
  readonly locked?: boolean
}

/** Starts the host, says what there is to say, and keeps it running until SIGTERM or SIGINT. */
export async function runHost(context: CommandContext, options: HostRunOptions, mode: 'serve' | 'dev'): Promise<void> {
  const watched = context.terminal.isInteractive && options.json !== true
  const environment = { LOG_LEVEL: watched ? 'warn' : 'info', ...context.environment }
  const { locked = false } = options
  if (mode === 'serve' && cluster.isWorker) {
    const { runWorker } = await import('@toolgate/core')
    return runWorker({ loadConfig: () => loadConfiguration(context, options), locked, environment })
  }
  const config = await loadConfiguration(context, options)
  const { runUntilSignal, startHost, startWorkers } = await import('@toolgate/core')
  const host =
    mode === 'serve' && config.workers > 1
      ? await startWorkers({ config, environment })
      : await startHost({ config, mode, locked, environment, terminal: watched })
  const stopped = runUntilSignal(host)
  const { url, port, workers } = host
  if (options.json === true) {
    context.terminal.print(JSON.stringify({ url, port, ...(workers > 1 && { workers }), ...host.summary }))
  } else await printStart(context.terminal, host, config)
  await stopped
}

async function printStart(terminal: Terminal, host: Host, config: ResolvedConfig): Promise<void> {
  const { summary } = host
  terminal.print(`${terminal.strong(config.title)}  Toolgate ${version}`)
  terminal.print(`MCP URL  ${terminal.strong(host.url)}`)
  if (host.workers > 1) terminal.print(`Workers  ${String(host.workers)} processes on this port`)
  terminal.print(`Sign in  ${signInText(summary, config)}\n`)
  printTools(terminal, summary.tools)
  printNotices(terminal, summary)
  for (const fault of summary.faults) terminal.print(`${terminal.warning('left out')}  ${causeLine(causeOf(fault))}`)
  await printConnectLine(terminal, host, config)
}

function signInText({ firstUser, users }: HostSummary, config: ResolvedConfig): string {
  if (firstUser?.password !== undefined) return `${firstUser.name}, password ${firstUser.password} (shown this once)`
  if (firstUser?.passwordFile !== undefined) return `${firstUser.name}, password in ${firstUser.passwordFile}`
  if (firstUser !== undefined) return `${firstUser.name}, password as set in TOOLGATE_DEV_PASSWORD`
  if (config.authority === undefined) return `by ${config.authorizationServers.map(({ issuer }) => issuer).join(', ')}`
  return `${users.join(', ')} (see toolgate user list)`
}

async function printConnectLine(terminal: Terminal, { url, summary }: Host, config: ResolvedConfig): Promise<void> {
  const { clientLines } = await import('@toolgate/core')
  const line = clientLines.find(({ id }) => id === 'claude-code')
  if (line === undefined) return
  const shown = summary.tools.filter(({ visibility }) => visibility !== 'concealed')
  const scopes = [
    ...new Set(
      shown.flatMap((tool) => [...tool.alternatives.flat(), ...tool.conditionalScopes, ...(tool.mayRequire ?? [])]),
    ),
  ].sort()
  terminal.print(`\nConnect ${line.name}, for example (toolgate connect has the other clients):`)
  terminal.print(`  ${line.render({ url, name: config.name, scopes })}`)
}
