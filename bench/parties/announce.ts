import { setTimeout as delay } from 'node:timers/promises'
import { getHeapSpaceStatistics } from 'node:v8'
import type { PartyMemory, PartyMessage, PartyQuestion, PartySettings } from '../messages.ts'

function tell(message: PartyMessage): void {
  process.send?.(message)
}

function totalCpu(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** Some collections, because what the first one lets go of holds something itself. */
const COLLECTIONS = 4

async function memoryInUse(): Promise<PartyMemory> {
  if (globalThis.gc === undefined) throw new Error('memory is measured with --expose-gc alone')
  for (let round = 0; round < COLLECTIONS; round += 1) {
    globalThis.gc()
    await delay(50)
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')
  if (young === undefined) throw new Error('the heap has no young generation')
  return { residentBytes: rss, youngBytes: young.physical_space_size, heapBytes: heapUsed + external }
}

async function answer(question: PartyQuestion): Promise<void> {
  if (question === 'memory') tell({ type: 'memory', memory: await memoryInUse() })
  else tell({ type: 'usage', usage: { cpuMicroseconds: totalCpu(), rssBytes: process.memoryUsage.rss() } })
}

/** What this server was told to be. */
export function partySettings(): PartySettings {
  return JSON.parse(process.argv[2] ?? '{}') as PartySettings
}

/** Tells the benchmark that this server answers, reports its usage and its memory when asked, and ends it through `close`. */
export function announce(close: () => Promise<void> | void): void {
  process.on('message', (question: PartyQuestion) => void answer(question))
  process.on('disconnect', () => {
    void Promise.resolve(close()).finally(() => process.exit())
  })
  tell({ type: 'ready' })
}
