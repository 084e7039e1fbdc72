import type { UserStore } from '@toolgate/authority'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The user that the first start made. */
export interface FirstUser {
  readonly name: string
  /** Shown once: nothing keeps it in the clear, unless `passwordFile` does. Undefined if the environment set it. */
  readonly password: string | undefined
  /** Where the password was written because nobody was watching. */
  readonly passwordFile: string | undefined
}

/** What making the first user needs. */
export interface FirstUserOptions {
  readonly users: UserStore
  readonly dataFolder: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Whether somebody reads what is printed; otherwise the password goes to a file of mode 0600. */
  readonly terminal: boolean
}

/**
 * Makes one user, who may have every scope, if there is none. `TOOLGATE_DEV_USER` and `TOOLGATE_DEV_PASSWORD` name it and
 * its password on the first start alone.
 */
export async function makeFirstUser(options: FirstUserOptions): Promise<FirstUser | undefined> {
  const { users, environment, dataFolder, terminal } = options
  if (users.count() > 0) return undefined
  const name = environment.TOOLGATE_DEV_USER ?? 'admin'
  const chosen = environment.TOOLGATE_DEV_PASSWORD
  const given = chosen === undefined ? {} : { password: chosen }
  const { password } = users.add({ name, scopes: 'all', provisional: true, ...given })
  if (chosen !== undefined) return { name, password: undefined, passwordFile: undefined }
  if (terminal) return { name, password, passwordFile: undefined }
  const passwordFile = join(dataFolder, 'first-password')
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  return { name, password: undefined, passwordFile }
}
