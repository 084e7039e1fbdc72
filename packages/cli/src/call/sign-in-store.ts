import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { StoredOAuthClientInformation, StoredOAuthTokens } from '@modelcontextprotocol/client'

/** What is kept of a sign-in at one host. */
export interface SignIn {
  readonly url: string
  readonly client?: StoredOAuthClientInformation
  /** The loopback port that the client was registered with. */
  readonly redirectPort?: number
  readonly tokens?: StoredOAuthTokens
}

/** Keeps the sign-in at one host between commands. */
export interface SignInStore {
  load(): Promise<SignIn>
  save(signIn: SignIn): Promise<void>
  /** Forgets everything. */
  clear(): Promise<void>
}

/**
 * The store of this user: one file of mode 0600 per MCP URL under `$XDG_CONFIG_HOME`, `%APPDATA%` or `~/.config`.
 *
 * A file that cannot be read as a sign-in counts as none.
 */
export function openSignInStore(url: string, environment: NodeJS.ProcessEnv): SignInStore {
  const folder = join(configurationFolder(environment), 'toolgate', 'sign-ins')
  const file = join(folder, `${createHash('sha256').update(url).digest('hex').slice(0, 32)}.json`)
  return {
    load: () => readSignIn(file, url),
    async save(signIn) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const draft = `${file}.${randomUUID()}`
      await writeFile(draft, `${JSON.stringify(signIn, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' })
      await rename(draft, file)
    },
    clear: () => rm(file, { force: true }),
  }
}

function configurationFolder(environment: NodeJS.ProcessEnv): string {
  const named = environment['XDG_CONFIG_HOME'] ?? environment['APPDATA']
  return named === undefined || named === '' ? join(homedir(), '.config') : named
}

async function readSignIn(file: string, url: string): Promise<SignIn> {
  try {
    const kept: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (isSignIn(kept) && kept.url === url) return kept
  } catch {
    // No sign-in yet, or one that is no use: the next sign-in replaces it.
  }
  return { url }
}

function isSignIn(value: unknown): value is SignIn {
  if (typeof value !== 'object' || value === null || !('url' in value)) return false
  if ('client' in value && !hasText(value.client, 'client_id')) return false
  if ('redirectPort' in value && typeof value.redirectPort !== 'number') return false
  return !('tokens' in value) || hasText(value.tokens, 'access_token')
}

function hasText(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, key) === 'string'
}
