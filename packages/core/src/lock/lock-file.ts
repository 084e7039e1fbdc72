import type { ResolvedConfig } from '@toolgate/config'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { HostError } from '../errors.ts'
import { parsePins } from './parse-pins.ts'
import type { Pins } from './pins.ts'

/**
 * The lock file of a configuration: beside it, `toolgate.lock.json`. One with another name than `mcp.config.*` has its own:
 * that of `staging.config.ts` is `toolgate.staging.lock.json`.
 */
export function lockFileOf({ file = 'mcp.config.ts' }: Pick<ResolvedConfig, 'file'>): string {
  const [, name = ''] = /^(.+?)(?:\.config)?\.[^.]+$/.exec(basename(file)) ?? []
  return join(dirname(resolve(file)), name === 'mcp' ? 'toolgate.lock.json' : `toolgate.${name}.lock.json`)
}

/**
 * Reads a lock file.
 *
 * @returns its text and what it pins, or undefined if there is none
 * @throws HostError `lock-unreadable`
 */
export async function readLockFile(file: string): Promise<{ readonly text: string; readonly pins: Pins } | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    const fault = { path: basename(file), message: `cannot be read (${code})`, mend: 'Give this user the right to.' }
    throw new HostError('lock-unreadable', `${file} cannot be read`, [fault], { cause: error })
  })
  return text === undefined ? undefined : { text, pins: parsePins(text, basename(file)) }
}

/** Writes a lock file so that whoever reads it finds the old one or the new one, whole. */
export async function writeLockFile(file: string, text: string): Promise<void> {
  const draft = `${file}.${String(process.pid)}.tmp`
  try {
    const handle = await open(draft, 'wx', 0o644)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}
