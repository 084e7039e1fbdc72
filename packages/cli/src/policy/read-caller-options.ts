import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { CallerSource } from '@toolgate/core'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { CliError } from '../errors.ts'
import { readStandardInput } from '../read-standard-input.ts'
import { heldScopes } from './held-scopes.ts'

/** Options that say who is asked about. */
export interface CallerOptions extends GlobalOptions {
  readonly scopes?: string
  readonly token?: string
  readonly claims?: string
}

/**
 * Who a question is about, by exactly one of the options. A token is never printed, also not in an error.
 *
 * @throws CliError `usage`
 */
export async function readCallerOptions({ folder }: CommandContext, options: CallerOptions): Promise<CallerSource> {
  const { scopes, token, claims } = options
  if ([scopes, token, claims].filter((given) => given !== undefined).length !== 1) {
    const mend = "Write one of --scopes 'notes:read', --token JWT (- reads it from standard input) or --claims FILE."
    throw new CliError('usage', 'who calls is not said, or said twice', mend)
  }
  if (scopes !== undefined) return { scopes: heldScopes(scopes) }
  if (token !== undefined) return { token: (token === '-' ? await readStandardInput() : token).trim() }
  return { claims: await readClaims(resolve(folder, claims ?? '')) }
}

async function readClaims(file: string): Promise<Readonly<Record<string, unknown>>> {
  const mend = 'Give a file that holds the payload of a token: { "iss": "...", "scope": "notes:read" }.'
  let value: unknown
  try {
    value = JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    // What the parser says quotes the file, which may be a token after all.
    const reason = cause instanceof SyntaxError ? 'is not JSON' : 'cannot be read'
    throw new CliError('usage', `${file} ${reason}`, mend, { cause })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new CliError('usage', `${file} holds no JSON object`, mend)
}
