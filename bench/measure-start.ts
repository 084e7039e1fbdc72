import { checkAnswer } from './load/check-answer.ts'
import { Connection } from './load/connection.ts'
import { prepareRequests } from './load/requests.ts'
import type { Caller, LoadJob, PartySettings } from './messages.ts'
import { firstFamily, startParty, type Party, type PartyName, type StartedName } from './party.ts'

async function callOnce(name: PartyName, job: LoadJob, caller: Caller, index: number): Promise<void> {
  const { requests } = await prepareRequests(job, caller, index)
  const [request] = requests
  if (request === undefined) throw new Error('no request')
  const connection = await Connection.open(job.port)
  try {
    const fault = checkAnswer(request, await connection.ask(request.bytes))
    if (fault !== undefined) throw new Error(`first call of ${name}: ${fault}`)
  } finally {
    connection.close()
  }
}

/**
 * Starts a server and measures how long it takes, from nothing to the answer of a first authorized call. Then each other caller
 * calls once, one after another: what is bounded for strangers bounds nobody who is measured afterwards.
 */
export async function measureStart(
  name: StartedName,
  settings: PartySettings,
  callers: readonly Caller[],
): Promise<{ party: Party; milliseconds: number }> {
  const port = Number(new URL(settings.resource).port)
  const { toolCount } = settings
  const job = { port, callers, family: firstFamily(name), method: 'tools/call', toolCount, durationMs: 0 } as const
  let milliseconds = Number.NaN
  const start = performance.now()
  const party = await startParty(name, settings)
  try {
    for (const [index, caller] of callers.entries()) {
      await callOnce(name, job, caller, index)
      if (index === 0) milliseconds = performance.now() - start
    }
    return { party, milliseconds }
  } catch (error) {
    await party.close()
    throw error
  }
}
