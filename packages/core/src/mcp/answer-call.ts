import { ProtocolError } from '@modelcontextprotocol/server'
import { resumesConversation } from '../asking/open-conversation.ts'
import { internalError, rpcCode } from '../errors.ts'
import { readCall } from './call-params.ts'
import type { AnswerWay } from './answer-way.ts'
import { conversingOf } from './conversing-of.ts'
import type { ToolAnswer } from './ending.ts'
import type { JudgedRequest, ProtocolHandlerOptions } from './judged-request.ts'
import type { CutSignal } from './lazy-signal.ts'
import { reportProgress, type CallChannel } from './report-progress.ts'
import type { CallToolResult } from '@modelcontextprotocol/server'
import { toProtocolError } from './to-protocol-error.ts'
import { invalidArguments, unknownTool } from './unrun-call.ts'

/**
 * What a judged call comes to, whichever lane it takes: at once where nothing runs.
 *
 * @throws ProtocolError for a tool that the caller may not know of; TypeError for a call that nobody judged
 */
export function answerCall(
  request: JudgedRequest,
  { runTool, converse }: Pick<ProtocolHandlerOptions, 'runTool' | 'converse'>,
  channel: CallChannel & AnswerWay & { readonly signal: CutSignal },
): ToolAnswer | Promise<ToolAnswer> {
  const { call, slot, principal, held, requestId } = request
  if (call === undefined || slot === undefined) {
    throw new TypeError('a tools/call must be judged before it is dispatched')
  }
  switch (call.kind) {
    case 'unknown':
      throw toProtocolError(unknownTool(readCall(request.message).name))
    case 'invalid-arguments':
      return unrun(invalidArguments(call.faults))
    case 'refused':
      return unrun(call.result)
    case 'allowed': {
      const { tool, decision, args, late } = call
      if (tool.kind !== 'tool') throw new TypeError('only a tool is called')
      if (!slot.start()) throw new ProtocolError(rpcCode.internalError, internalError)
      return runTool({
        decision,
        tool,
        args,
        late,
        principal,
        held,
        requestId,
        signal: channel.signal,
        progress: reportProgress(channel),
        resumes: resumesConversation(request.message),
        converse: converse(conversingOf(request, channel, { target: tool.name, args, urls: tool.elicitUrls })),
        slot,
      })
    }
  }
}

function unrun(result: CallToolResult): ToolAnswer {
  return { result, json: JSON.stringify(result) }
}
