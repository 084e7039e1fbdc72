import { expect } from 'chai'
import { malformedRequest, type MalformedRequest, type Target } from '../support/hostile/malformed-request.ts'
import { startMeasuredHost, type MeasuredHost } from '../support/hostile/measured-host.ts'
import { createRandom } from '../support/hostile/random.ts'
import { createRawClient } from '../support/hostile/raw-client.ts'
import { callTool } from '../support/wire.ts'
import { print, scale, scaled } from './scale.ts'

const total = scaled({ short: 4_000, long: 1_000_000 })
const connections = 8
const rounds = scaled({ short: 10, long: 40 })
/** Bytes that the heap may grow from the second round to the last, beyond what a collection leaves undecided. */
const slack = 24 * 1024 * 1024

describe('malformed requests', () => {
  it('leave no 5xx, no exit and a flat heap, and honest calls are answered between them', async () => {
    const host = await startMeasuredHost()
    try {
      const seed = Date.now() % 1_000_000
      const started = performance.now()
      const tally = { statuses: new Map<string, number>(), sent: 0, honest: 0 }
      const heaps: number[] = []
      for (let round = 0; round < rounds; round++) {
        await Promise.all(
          Array.from({ length: connections }, (_, at) => flood(host, seed + round * connections + at, tally)),
        )
        heaps.push(await host.heap())
        const now = `${String(tally.sent)} sent, heap ${inMebibytes(heaps.at(-1) ?? 0)} MiB, ${statusesOf(tally.statuses)}`
        if (scale === 'long') process.stdout.write(`    ${now}\n`)
      }
      const seconds = (performance.now() - started) / 1_000
      const slope = slopeOf(heaps.slice(1)) / (total / rounds)
      print('malformed requests', {
        sent: tally.sent,
        answered: statusesOf(tally.statuses),
        'honest calls': tally.honest,
        'requests per second': Math.round(tally.sent / seconds),
        'heap in MiB': heaps.map(inMebibytes).join(' '),
        'bytes per request': slope.toFixed(1),
        seed,
      })
      expect(host.child.exitCode, 'the host goes on').to.equal(null)
      const [, second = 0] = heaps
      expect((heaps.at(-1) ?? Infinity) - second, 'growth of the heap').to.be.lessThan(slack)
      expect(await host.close()).to.equal(0)
    } finally {
      host.child.kill()
    }
  }).timeout(scaled({ short: 120_000, long: 7_200_000 }))
})

async function flood(
  host: MeasuredHost,
  seed: number,
  tally: { readonly statuses: Map<string, number>; sent: number; honest: number },
): Promise<void> {
  const random = createRandom(seed)
  const { host: authority, port } = new URL(host.url)
  const target: Target = { authority, token: host.token }
  const client = createRawClient(Number(port))
  const share = Math.ceil(total / rounds / connections)
  try {
    // What a closed connection left unanswered is sent again: each request counts when it has been answered.
    const group: MalformedRequest[] = []
    for (let answered = 0, groups = 0; answered < share; groups++) {
      while (group.length < Math.min(8, share - answered) && group.at(-1)?.ends !== true) {
        group.push(malformedRequest(random, target))
      }
      const statuses = await client.send(group.map(({ text }) => text).join(''), group.length)
      if (statuses.length === group.length && group.at(-1)?.ends === true) client.close()
      const done = group.splice(0, Math.max(1, statuses.length))
      answered += done.length
      tally.sent += done.length
      for (const status of statuses) tally.statuses.set(String(status), (tally.statuses.get(String(status)) ?? 0) + 1)
      const failed = statuses.findIndex((status) => status >= 500)
      if (failed !== -1) {
        throw new Error(`${String(statuses[failed])} for ${JSON.stringify(done[failed]?.text)} of seed ${String(seed)}`)
      }
      if (groups % 50 !== 0) continue
      const answer = await callTool(groups % 100 === 0 ? 'modern' : 'legacy', host.url, host.token, 'fixture_echo', {
        text: 'honest',
      })
      if (answer.status !== 200 || !answer.text.includes('honest')) {
        throw new Error(`an honest call got ${String(answer.status)}`)
      }
      tally.honest++
    }
  } finally {
    client.close()
  }
}

function inMebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1)
}

function statusesOf(statuses: ReadonlyMap<string, number>): string {
  const sorted = [...statuses].sort(([a], [b]) => (a < b ? -1 : 1))
  return sorted.map(([status, count]) => `${status}: ${String(count)}`).join(' ')
}

/** Least squares over the samples, per step. */
function slopeOf(samples: readonly number[]): number {
  const middle = (samples.length - 1) / 2
  const mean = samples.reduce((sum, each) => sum + each, 0) / samples.length
  const above = samples.reduce((sum, each, index) => sum + (index - middle) * (each - mean), 0)
  const below = samples.reduce((sum, _, index) => sum + (index - middle) ** 2, 0)
  return above / below
}
