import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PartyMessage, PartySettings, PartyUsage } from './messages.ts'

/**
 * The servers that are compared: the least that can be done, the SDK's recipe, the same with schemas that are made once,
 * and the host.
 */
export const PARTY_NAMES = ['floor', 'recipe', 'shared', 'toolgate'] as const
/** One of {@link PARTY_NAMES}. */
export type PartyName = (typeof PARTY_NAMES)[number]

const SCRIPTS: Record<PartyName, string> = {
  floor: import.meta.resolve('./parties/floor.ts'),
  recipe: import.meta.resolve('./parties/recipe.ts'),
  shared: import.meta.resolve('./parties/recipe.ts'),
  toolgate: import.meta.resolve('./parties/toolgate.ts'),
}

/** A server in a process of its own. */
export interface Party {
  readonly name: PartyName
  readonly settings: PartySettings
  usage(): Promise<PartyUsage>
  close(): Promise<void>
}

async function nextMessage(child: ChildProcess, logFile: string): Promise<PartyMessage> {
  const ended = new AbortController()
  const exit = once(child, 'exit', { signal: ended.signal }).then(() => {
    throw new Error(`a server of the benchmark ended early: ${readFileSync(logFile, 'utf8').slice(-2000)}`)
  })
  try {
    const [message] = (await Promise.race([once(child, 'message'), exit])) as [PartyMessage]
    return message
  } finally {
    exit.catch(() => undefined)
    ended.abort()
  }
}

/** Starts a server and waits until it answers. */
export async function startParty(name: PartyName, settings: PartySettings): Promise<Party> {
  const logFile = join(settings.folder, 'server.log')
  const log = openSync(logFile, 'a')
  const child = fork(new URL(SCRIPTS[name]), [JSON.stringify(settings)], {
    stdio: ['ignore', log, log, 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  closeSync(log)
  await nextMessage(child, logFile)
  return {
    name,
    settings,
    async usage() {
      child.send('usage')
      const message = await nextMessage(child, logFile)
      if (message.type !== 'usage') throw new Error('a server answered out of turn')
      return message.usage
    },
    async close() {
      const exit = once(child, 'exit')
      child.disconnect()
      await exit
    },
  }
}
