import type { JSONRPCRequest } from '@modelcontextprotocol/server'
import type { Asked } from './asked.ts'
import type { JudgedCall } from './judged-call.ts'
import type { ThingRun } from './run-thing.ts'
import { toProtocolError } from './to-protocol-error.ts'
import { argumentsRefused, refusedByAuthor, unknownThing } from './unrun-call.ts'

/**
 * What runs of a request about what is no tool.
 *
 * @throws ProtocolError for one that may not run: these methods have no result that could say so
 */
export function requireAllowed(
  call: JudgedCall,
  asked: Asked,
  message: JSONRPCRequest,
): Pick<ThingRun, 'thing' | 'decision' | 'args' | 'late'> {
  switch (call.kind) {
    case 'unknown':
      throw toProtocolError(unknownThing(asked, message))
    case 'invalid-arguments':
      throw toProtocolError(argumentsRefused(call.faults))
    case 'refused':
      throw toProtocolError(refusedByAuthor(call.result))
    case 'allowed': {
      const { tool, decision, args, late } = call
      if (tool.kind === 'tool') throw new TypeError('a tool is called, not read')
      return { thing: tool, decision, args, late }
    }
  }
}
