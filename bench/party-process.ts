import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { serverFlags } from '../packages/cli/src/server-flags.ts'
import type { PartyMessage, PartyQuestion, PartySettings } from './messages.ts'

/** A server's process, and the channel of the benchmark's own to it. */
export interface PartyProcess {
  ask(question: PartyQuestion): Promise<PartyMessage>
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

/** Of hosts, which run with what the command runs them with. */
const HOSTS = ['toolgate.ts', 'unjudged.ts']

/** Starts the process of a server and waits until it answers. */
export async function startPartyProcess(
  script: string,
  settings: PartySettings,
  execArgv: readonly string[] = [],
): Promise<PartyProcess> {
  const logFile = join(settings.folder, 'server.log')
  const log = openSync(logFile, 'a')
  const child = fork(new URL(script), [JSON.stringify(settings)], {
    stdio: ['ignore', log, log, 'ipc'],
    // What is compiled is kept from one start to the next, as the command of the host keeps it.
    env: { ...process.env, NODE_ENV: 'production', NODE_COMPILE_CACHE: join(settings.folder, '..', '.compiled') },
    execArgv: [...process.execArgv, ...(HOSTS.includes(basename(script)) ? serverFlags : []), ...execArgv],
  })
  closeSync(log)
  await nextMessage(child, logFile)
  return {
    ask(question) {
      child.send(question)
      return nextMessage(child, logFile)
    },
    async close() {
      const exit = once(child, 'exit')
      child.disconnect()
      await exit
    },
  }
}
