import type { CallToolResult } from '@modelcontextprotocol/server'
import { CallContext } from './call-context.ts'
import type { CatalogueTool } from '@toolgate/registry'
import { thrownEnding, type Ending } from './ending.ts'
import { blandResult } from './plugin-failure.ts'
import type { RunningCall } from './running-call.ts'
import type { ToolRun } from './tool-run.ts'
import { toToolResult } from './tool-result.ts'

/**
 * Calls the handler of a tool. The place of the call is free when it has settled.
 *
 * @returns how it ended: at once where the handler returned no promise. Never throws, nor rejects, by what a plugin does.
 */
export function callHandler(run: ToolRun, running: RunningCall): Ending | Promise<Ending> {
  const { tool, args, requestId, slot } = run
  const context = new CallContext(run, running)
  let waiting = false
  try {
    if (tool.prepare !== undefined) {
      const { prepare } = tool
      waiting = true
      return settled(run, async () => {
        const prepared: unknown = await prepare(args, context)
        CallContext.prepare(context, prepared)
        if (running.cut.aborted) throw new Error('the call was cut off before its handler began')
        running.begin()
        return tool.handler(args, context)
      })
    }
    running.begin()
    const returned: unknown = tool.handler(args, context)
    if (isThenable(returned)) {
      waiting = true
      return settled(run, () => returned)
    }
    return checkOutput(tool, toToolResult(returned), requestId)
  } catch (error) {
    return thrownEnding(error, requestId)
  } finally {
    if (!waiting) slot.end()
  }
}

async function settled({ tool, requestId, slot }: ToolRun, start: () => unknown): Promise<Ending> {
  try {
    return checkOutput(tool, toToolResult(await start()), requestId)
  } catch (error) {
    return thrownEnding(error, requestId)
  } finally {
    slot.end()
  }
}

function isThenable(value: unknown): boolean {
  if (typeof value !== 'function' && (typeof value !== 'object' || value === null)) return false
  return typeof Reflect.get(value, 'then') === 'function'
}

function checkOutput(tool: CatalogueTool, result: CallToolResult, requestId: string): Ending {
  if (result.isError === true) return { outcome: 'tool-error', result }
  if (tool.validateOutput === undefined) return { outcome: 'ok', result }
  const checked = tool.validateOutput(result.structuredContent)
  if (checked.ok) return { outcome: 'ok', result }
  const error = new Error(`output: ${checked.faults.map((fault) => `${fault.pointer} ${fault.message}`).join('; ')}`)
  return { outcome: 'invalid-output', result: blandResult('The tool broke its own output schema.', requestId), error }
}
