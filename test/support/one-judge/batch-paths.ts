import { toolsFor } from './call-paths.ts'
import type { Path } from './path.ts'
import { batchRevision, revisions } from './speech.ts'
import { callsOf } from './tool-calls.ts'
import { callExpected, callSeen, type Seen } from './verdicts.ts'

/** Anybody may call it, so that one item of every batch is allowed. */
export const companion = 'judged_anyone_granted'

/** A batch of the one revision that has them: an allowed call beside the one in question. */
export const batchPath: Path = {
  name: 'a batch',
  revisions: [batchRevision],
  async check(probe) {
    const { world, caller } = probe
    for (const tool of toolsFor(probe)) {
      const { calls, costly } = callsOf(tool)
      const call = calls.find(({ args }) => args?.force === true) ?? calls[0]
      if (call === undefined || costly === true || tool.tool === companion) continue
      const seen = await probe.ask([
        { id: 1, method: 'tools/call', params: { name: companion } },
        { id: 2, method: 'tools/call', params: { name: tool.tool, arguments: call.args ?? {} } },
      ])
      const expected = callExpected(world.policy, world.heldBy(caller), tool.tool, call)
      // One denial or stale sign-in refuses the whole, and the companion then may not run either.
      const whole = /^40[13] /.test(expected) ? expected : `${expected}, beside ran ${companion}`
      probe.compare(tool.tool, whole, batchSeen(seen), seen, [tool.tool, companion])
    }
  },
}

/** A batch at the revisions that have none: refused whole, whatever is in it. */
export const refusedBatchPath: Path = {
  name: 'a batch that the revision does not have',
  revisions: revisions.filter((revision) => revision !== batchRevision),
  async check(probe) {
    const { world } = probe
    const messages = world.tools
      .slice(0, 50)
      .map((name, id) => ({ id, method: 'tools/call', params: { name, arguments: {} } }))
    const seen = await probe.ask(messages)
    probe.compare('(all)', '400 -32600', callSeen(seen).replace(/^(400 -32600) .*/, '$1'), seen, [])
  },
}

/** What came of the second item of a batch, and of the companion beside it. */
export function batchSeen({ answer, ran }: Seen): string {
  const answers = answer.status === 200 ? (JSON.parse(answer.text) as readonly { id: unknown }[]) : undefined
  if (answers === undefined) return callSeen({ answer, ran })
  const item = (id: number) => {
    const text = JSON.stringify(answers.find((each) => each.id === id) ?? {})
    const json = () => JSON.parse(text) as Record<string, unknown>
    return {
      ...answer,
      text,
      json,
      error: () => json().error as ReturnType<typeof answer.error>,
      result: () => json().result as Record<string, unknown>,
    }
  }
  const others = ran.filter((tool) => tool !== companion)
  const beside = ran.filter((tool) => tool === companion)
  return `${callSeen({ answer: item(2), ran: others })}, beside ${callSeen({ answer: item(1), ran: beside })}`
}
