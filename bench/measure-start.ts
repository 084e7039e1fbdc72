import { checkAnswer } from './load/check-answer.ts'
import { Connection } from './load/connection.ts'
import { prepareRequests } from './load/requests.ts'
import type { PartySettings } from './messages.ts'
import { startParty, type Party, type PartyName } from './party.ts'

/** Starts a server and measures how long it takes, from nothing to the answer of a first authorized call. */
export async function measureStart(
  name: PartyName,
  settings: PartySettings,
  tokens: readonly string[],
): Promise<{ party: Party; milliseconds: number }> {
  const port = Number(new URL(settings.resource).port)
  const { toolCount } = settings
  const job = { port, tokens, family: '2026-07-28', method: 'tools/call', toolCount, durationMs: 0 } as const
  const [request] = prepareRequests(job, tokens[0] ?? '', 0)
  if (request === undefined) throw new Error('no request')
  const start = performance.now()
  const party = await startParty(name, settings)
  try {
    const connection = await Connection.open(port)
    const fault = checkAnswer(request, await connection.ask(request.bytes))
    const milliseconds = performance.now() - start
    connection.close()
    if (fault !== undefined) throw new Error(`first call of ${name}: ${fault}`)
    return { party, milliseconds }
  } catch (error) {
    await party.close()
    throw error
  }
}
