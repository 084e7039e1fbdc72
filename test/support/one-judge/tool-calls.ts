import type { ToolPolicy } from '@toolgate/policy'
import { demandedScope, judgedPlugin } from './judged-plugin.ts'

/** One way to call a tool. */
export interface ToolCall {
  /** As they are sent; absent for a call without arguments. */
  readonly args?: Readonly<Record<string, unknown>>
  /** Whether they match the tool's input schema. */
  readonly valid: boolean
  /** What the tool's own `authorize` demands of such a call, if it is allowed. */
  readonly demanded?: readonly string[]
}

/** How the matrix calls a tool. */
export interface ToolCalls {
  readonly calls: readonly ToolCall[]
  /** A run takes long or answers much: callers without a scope of the tool call it no more than needed. */
  readonly costly?: boolean
}

const plain: ToolCalls = { calls: [{ valid: true }, { args: { force: 1 }, valid: false }] }
const costly: ToolCalls = { calls: [{ valid: true }], costly: true }
const byForce: ToolCalls = {
  calls: [{ valid: true }, { args: { force: true }, valid: true }, { args: { force: 'true' }, valid: false }],
}
/** The tools of which the author looks at a forced call. */
const lookedAt: ToolCalls = {
  calls: byForce.calls.map((call) =>
    call.args?.force === true ? { ...call, demanded: [demandedScope] } : { ...call, demanded: [] },
  ),
}

/** A line per tool of the fixture plugins. */
const lines: Readonly<Record<string, ToolCalls>> = {
  fixture_echo: {
    calls: [{ args: { text: 'x', times: 1 }, valid: true }, { args: { text: 7 }, valid: false }, { valid: false }],
  },
  fixture_write: plain,
  fixture_admin: plain,
  fixture_anyone: plain,
  fixture_conditional: byForce,
  fixture_hidden: {
    calls: [
      { args: { number: 1 }, valid: true },
      { args: { number: 'x' }, valid: false },
    ],
  },
  fixture_header: { calls: [{ valid: true }] },
  fixture_refusing: { calls: [{ valid: true }] },
  fixture_faulty: { calls: [{ valid: true }] },
  fixture_slow: costly,
  fixture_big: costly,
  fixture_broken_output: { calls: [{ valid: true }] },
  fixture_progress: { calls: [{ valid: true }] },
  fixture_chatty: costly,
  fixture_aborting: {
    calls: [
      { args: { ask: true }, valid: true },
      { args: { ask: 1 }, valid: false },
    ],
  },
  second_read: plain,
  ...Object.fromEntries(
    judgedPlugin.tools?.map(({ name, mayRequire }) => [name, mayRequire === undefined ? byForce : lookedAt]) ?? [],
  ),
}

/**
 * How to call a tool of the catalogue.
 *
 * @throws Error for a tool without a line: a new one must say how it is called
 */
export function callsOf({ tool }: ToolPolicy): ToolCalls {
  const line = Object.hasOwn(lines, tool) ? lines[tool] : undefined
  if (line === undefined) throw new Error(`say in test/support/one-judge/tool-calls.ts how the matrix calls ${tool}`)
  return line
}
