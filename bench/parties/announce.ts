import type { PartyMessage, PartySettings } from '../messages.ts'

function tell(message: PartyMessage): void {
  process.send?.(message)
}

function totalCpu(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** What this server was told to be. */
export function partySettings(): PartySettings {
  return JSON.parse(process.argv[2] ?? '{}') as PartySettings
}

/** Tells the benchmark that this server answers, reports its usage when asked, and ends it through `close`. */
export function announce(close: () => Promise<void> | void): void {
  process.on('message', () => {
    tell({ type: 'usage', usage: { cpuMicroseconds: totalCpu(), rssBytes: process.memoryUsage.rss() } })
  })
  process.on('disconnect', () => {
    void Promise.resolve(close()).finally(() => process.exit())
  })
  tell({ type: 'ready' })
}
