import type { LoadJob, LoadResult } from '../messages.ts'
import { checkAnswer } from './check-answer.ts'
import { Connection } from './connection.ts'
import { prepareRequests, type PreparedRequests } from './requests.ts'

/** Asks until the deadline and looks at every answer: in full, or byte for byte against one that was looked at in full. */
async function askUntil(deadline: number, connection: Connection, prepared: PreparedRequests): Promise<number[]> {
  const { requests, once } = prepared
  const right = new Map<number, Buffer>()
  const durations: number[] = []
  for (let asked = performance.now(), count = 0; asked < deadline; count += 1) {
    const request = requests[once ? count : count % requests.length]
    if (request === undefined) throw new Error('no request is left to send: sign more proofs for a stretch')
    const answer = await connection.ask(request.bytes)
    const answered = performance.now()
    durations.push(answered - asked)
    asked = answered
    if (answer.status === 200 && right.get(request.id)?.equals(answer.body) === true) continue
    const fault = checkAnswer(request, answer)
    if (fault !== undefined) throw new Error(fault)
    right.set(request.id, answer.body)
  }
  return durations
}

/** Microseconds within which this part of all answers came; sorted milliseconds are given. */
function percentile(sorted: Float64Array, part: number): number {
  return (sorted[Math.ceil(sorted.length * part) - 1] ?? Number.NaN) * 1000
}

/** Puts one server under load for a while. */
export async function runLoad(job: LoadJob): Promise<LoadResult> {
  const prepared = await Promise.all(job.callers.map((caller, index) => prepareRequests(job, caller, index)))
  const connections = await Promise.all(prepared.map(() => Connection.open(job.port)))
  const cpu = process.cpuUsage()
  const start = performance.now()
  try {
    const durations = await Promise.all(
      connections.map((connection, index) =>
        askUntil(start + job.durationMs, connection, prepared[index] ?? { requests: [], once: true }),
      ),
    )
    const elapsedMs = performance.now() - start
    const { user, system } = process.cpuUsage(cpu)
    const sorted = Float64Array.from(durations.flat()).sort()
    return {
      requests: sorted.length,
      elapsedMs,
      p99Microseconds: percentile(sorted, 0.99),
      p50Microseconds: percentile(sorted, 0.5),
      cpuMicroseconds: user + system,
      fault: undefined,
    }
  } catch (error) {
    const nothing = { requests: 0, elapsedMs: 0, p99Microseconds: 0, p50Microseconds: 0, cpuMicroseconds: 0 }
    return { ...nothing, fault: (error as Error).message }
  } finally {
    for (const connection of connections) connection.close()
  }
}
