import { Agent } from 'node:http'
import { send, type WireAnswer } from '../wire.ts'
import { aspectsOf } from './aspects.ts'
import { differences, type Difference } from './differences.ts'
import { outcomeOf, type Outcome } from './outcome.ts'
import type { ComparedRequest } from './requests.ts'

/** Where both servers are, and who asks this host. */
export interface Compared {
  readonly url: string
  readonly token: string
  readonly sdkUrl: string
}

/** What a comparison found. */
export interface Comparison {
  /** Requests whose answers differ in a way that is not meant, with both answers. */
  readonly unlisted: readonly string[]
  /** Differences that are meant and were seen. */
  readonly seen: ReadonlySet<Difference>
  /** Requests whose answers had the same status and bytes, in a stream or not. */
  readonly same: number
}

const lanes = 8

/** Sends every request to both servers and compares status, headers and bodies of the answers. */
export async function compareAll(requests: readonly ComparedRequest[], compared: Compared): Promise<Comparison> {
  const agent = new Agent({ keepAlive: true, maxSockets: lanes })
  const unlisted: string[] = []
  const seen = new Set<Difference>()
  let same = 0
  const waiting = [...requests]
  const work = async (): Promise<void> => {
    for (let request = waiting.pop(); request !== undefined; request = waiting.pop()) {
      const [ours, theirs] = await askBoth(request, compared, agent)
      const aspects = aspectsOf(ours, theirs)
      const meant = differences.filter(
        (known) => known.aspects.some((aspect) => aspects.includes(aspect)) && known.when(request, ours, theirs),
      )
      if (aspects.every((aspect) => aspect === 'type')) same += 1
      for (const known of meant) seen.add(known)
      const left = aspects.filter((aspect) => !meant.some((known) => known.aspects.includes(aspect)))
      if (left.length > 0) unlisted.push(tell(request, left, ours, theirs))
    }
  }
  try {
    await Promise.all(Array.from({ length: lanes }, work))
  } finally {
    agent.destroy()
  }
  return { unlisted, seen, same }
}

async function askBoth(
  { headers, body, authorized }: ComparedRequest,
  { url, token, sdkUrl }: Compared,
  agent: Agent,
): Promise<readonly [Outcome, Outcome]> {
  const ask = (to: string, more: Readonly<Record<string, string>>): Promise<WireAnswer> => {
    const { origin, pathname } = new URL(to)
    return send(origin, { method: 'POST', path: pathname, headers: { ...headers, ...more }, body, agent })
  }
  const answers = await Promise.all([ask(url, authorized ? { authorization: `Bearer ${token}` } : {}), ask(sdkUrl, {})])
  return [outcomeOf(answers[0]), outcomeOf(answers[1])]
}

function tell(request: ComparedRequest, left: readonly string[], ours: Outcome, theirs: Outcome): string {
  const { base, family, oddity, headers, body } = request
  const answer = ({ status, headers: sent, texts }: Outcome): string =>
    `${String(status)} ${JSON.stringify(sent)} ${texts.join(' | ').slice(0, 600)}`
  return [
    `${family} ${base} with ${oddity}: another ${left.join(', ')}`,
    `  asked:  ${JSON.stringify(headers)} ${body.slice(0, 600)}`,
    `  ours:   ${answer(ours)}`,
    `  theirs: ${answer(theirs)}`,
  ].join('\n')
}
