import type { Terminal } from './terminal.ts'

/** What every command is given. */
export interface CommandContext {
  readonly terminal: Terminal
  readonly environment: NodeJS.ProcessEnv
  /** The folder that the command was typed in. */
  readonly folder: string
}

/** Options that every command takes. */
export interface GlobalOptions {
  /** Path of the configuration file. */
  readonly config?: string
  /** Print JSON for machines. */
  readonly json?: boolean
}
