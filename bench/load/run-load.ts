import type { LoadJob, LoadResult } from '../messages.ts'
import { checkAnswer } from './check-answer.ts'
import { Connection } from './connection.ts'
import { prepareRequests, type PreparedRequest } from './requests.ts'

/** Asks until the deadline and looks at every answer: in full, or byte for byte against one that was looked at in full. */
async function askUntil(
  deadline: number,
  connection: Connection,
  requests: readonly PreparedRequest[],
): Promise<number> {
  const right = new Map<PreparedRequest, Buffer>()
  let count = 0
  for (; performance.now() < deadline; count += 1) {
    const request = requests[count % requests.length]
    if (request === undefined) throw new Error('no request to send')
    const answer = await connection.ask(request.bytes)
    if (answer.status === 200 && right.get(request)?.equals(answer.body) === true) continue
    const fault = checkAnswer(request, answer)
    if (fault !== undefined) throw new Error(fault)
    right.set(request, answer.body)
  }
  return count
}

/** Puts one server under load for a while. */
export async function runLoad(job: LoadJob): Promise<LoadResult> {
  const connections = await Promise.all(job.tokens.map(() => Connection.open(job.port)))
  const prepared = job.tokens.map((token, index) => prepareRequests(job, token, index))
  const start = performance.now()
  try {
    const counts = await Promise.all(
      connections.map((connection, index) => askUntil(start + job.durationMs, connection, prepared[index] ?? [])),
    )
    const requests = counts.reduce((sum, count) => sum + count, 0)
    return { requests, elapsedMs: performance.now() - start, fault: undefined }
  } catch (error) {
    return { requests: 0, elapsedMs: 0, fault: (error as Error).message }
  } finally {
    for (const connection of connections) connection.close()
  }
}
