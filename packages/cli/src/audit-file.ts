import { resolve } from 'node:path'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { loadConfiguration } from './load-configuration.ts'

/** Options of the commands that read one audit. */
export interface AuditFileOptions extends GlobalOptions {
  /** Another audit than the configured one. */
  readonly file?: string
}

/** The audit that a command is about: `--file`, for which no configuration is needed, or that of the host. */
export async function auditFileOf(context: CommandContext, options: AuditFileOptions): Promise<string> {
  if (options.file !== undefined) return resolve(context.folder, options.file)
  return (await loadConfiguration(context, options)).audit.file
}
