import { isDeepStrictEqual } from 'node:util'
import type { Aspect } from './aspects.ts'
import { answerOf, type Outcome } from './outcome.ts'
import type { ComparedRequest } from './requests.ts'

/** A difference that is meant. */
export interface Difference {
  readonly reason: string
  readonly aspects: readonly Aspect[]
  readonly when: (request: ComparedRequest, ours: Outcome, theirs: Outcome) => boolean
}

const everything: readonly Aspect[] = [
  'status',
  'type',
  'challenge',
  'allow',
  'events',
  'code',
  'words',
  'id',
  'result',
  'order',
]

const codeOf = (outcome: Outcome): number | undefined => answerOf(outcome).error?.code
const isErrorResult = (outcome: Outcome): boolean => answerOf(outcome).result?.['isError'] === true
/** Whether both refuse, and with these codes. */
const codes = (ours: Outcome, theirs: Outcome, own: number, other = own): boolean =>
  codeOf(ours) === own && codeOf(theirs) === other

function withoutExtras({ result }: ReturnType<typeof answerOf>): unknown {
  const { capabilities, ...rest } = result ?? {}
  const { tools, ...others } = (capabilities ?? {}) as { readonly tools?: Readonly<Record<string, unknown>> }
  return { ...rest, capabilities: { ...others, logging: undefined, tools: { ...tools, listChanged: undefined } } }
}

/** Every difference between this host and the SDK's handler, each with its reason. */
export const differences: readonly Difference[] = [
  {
    reason: 'there is no anonymous access: 401 with a challenge',
    aspects: everything,
    when: ({ authorized }, ours) => !authorized && ours.status === 401 && ours.headers['challenge'] !== undefined,
  },
  {
    reason:
      'a call with too little scope is a 403 with a challenge; the recipe does not register the tool for the caller',
    aspects: everything,
    when: ({ base }, ours) => base === 'outOfReach' && ours.status === 403 && ours.headers['challenge'] !== undefined,
  },
  {
    reason:
      'Accept must name both media types at every revision; the SDK asks for it at the earlier ones, with a code of its own',
    aspects: everything,
    when: ({ oddity }, ours) => oddity === 'accepts JSON alone' && ours.status === 406,
  },
  {
    reason: 'a refused media type has the code of an invalid request, and not one of the SDK',
    aspects: ['code', 'words', 'id', 'order'],
    when: (_request, ours, theirs) => ours.status === 415 && theirs.status === 415,
  },
  {
    reason: 'an answer without events before it is no stream; at the earlier revisions the SDK makes one of each',
    aspects: ['type'],
    when: ({ family }, ours, theirs) =>
      family === 'legacy' &&
      ours.headers['type'] === 'application/json' &&
      theirs.headers['type'] === 'text/event-stream',
  },
  {
    reason: 'the SDK writes the members of an error in two orders, this host in one',
    aspects: ['order'],
    when: (_request, ours, theirs) => codeOf(ours) !== undefined && codeOf(ours) === codeOf(theirs),
  },
  {
    reason: 'McpServer writes the output schema of a tool behind its annotations',
    aspects: ['order'],
    when: ({ base }) => base === 'list',
  },
  {
    reason: 'McpServer says that it tells of changed lists; this host that it sends log messages to who asks for them',
    aspects: ['result'],
    when: ({ base }, ours, theirs) =>
      (base === 'initialize' || base === 'discover') &&
      isDeepStrictEqual(withoutExtras(answerOf(ours)), withoutExtras(answerOf(theirs))),
  },
  {
    reason: 'what is no JSON is told of in words of our own',
    aspects: ['words'],
    when: (_request, ours, theirs) => codes(ours, theirs, -32700),
  },
  {
    reason: 'headers that differ from the body are told of in words of our own, without the value in the body',
    aspects: ['words'],
    when: (_request, ours, theirs) => codes(ours, theirs, -32020),
  },
  {
    reason: 'a repeated header is refused before the body is looked at, so its id is not known',
    aspects: ['id'],
    when: ({ oddity }, ours, theirs) => oddity === 'a name header twice' && codes(ours, theirs, -32020),
  },
  {
    reason: 'headers that mirror the body are compared at every revision, since a proxy may judge by them',
    aspects: everything,
    when: ({ family, oddity }, ours) =>
      family === 'legacy' && /^another (method|name) header$/.test(oddity) && codeOf(ours) === -32020,
  },
  {
    reason: 'Mcp-Name beside a name that is no text differs from it',
    aspects: ['status', 'code', 'words'],
    when: ({ oddity }, ours, theirs) => oddity === 'a name that is no text' && codes(ours, theirs, -32020, -32602),
  },
  {
    reason: 'a parameter header differs from an argument that is not there, or of another type; the SDK passes over it',
    aspects: everything,
    when: ({ base, family, oddity }, ours) =>
      base === 'region' && family === 'modern' && /argument/.test(oddity) && codeOf(ours) === -32020,
  },
  {
    reason: 'a batch is refused in words of our own',
    aspects: ['words'],
    when: ({ oddity }, ours, theirs) => /batch/.test(oddity) && codes(ours, theirs, -32600),
  },
  {
    reason: 'only revision 2025-03-26 has batches; the SDK takes them at all earlier ones',
    aspects: everything,
    when: ({ family, oddity }, ours) => family === 'legacy' && /batch/.test(oddity) && codeOf(ours) === -32600,
  },
  {
    reason: 'a batch is answered by a batch, also one of one; the SDK answers by single messages',
    aspects: everything,
    when: ({ family, oddity }, ours) => family === 'legacy' && /batch/.test(oddity) && Array.isArray(ours.messages[0]),
  },
  {
    reason: 'an id that can be read stands in the refusal of a message that cannot be',
    aspects: ['id'],
    when: ({ oddity }, ours, theirs) => oddity === 'a method that is no text' && codes(ours, theirs, -32600),
  },
  {
    reason: 'an unknown version has the code of revision 2026-07-28 and the id of the request at every revision',
    aspects: ['code', 'words', 'id'],
    when: ({ family }, ours, theirs) => family === 'legacy' && codes(ours, theirs, -32022, -32000),
  },
  {
    reason: 'an unknown tool is told of in words of our own',
    aspects: ['words'],
    when: ({ base }, ours, theirs) => base === 'unknownTool' && codes(ours, theirs, -32602),
  },
  {
    reason: 'arguments that break the schema are told of with the place of each fault',
    aspects: ['result'],
    when: ({ oddity }, ours, theirs) => /argument/.test(oddity) && isErrorResult(ours) && isErrorResult(theirs),
  },
  {
    reason: 'arguments that are no object are a result as others that break the schema, and no protocol error',
    aspects: ['code', 'words', 'result'],
    when: ({ oddity }, ours, theirs) =>
      oddity === 'arguments that are a list' && isErrorResult(ours) && codeOf(theirs) === -32602,
  },
  {
    reason: 'a cursor that nobody was given is refused; McpServer has one page and reads none',
    aspects: ['code', 'words', 'result'],
    when: ({ base, oddity }, ours) => base === 'list' && oddity === 'a cursor of nobody' && codeOf(ours) === -32602,
  },
  {
    reason: 'params that break the schema of the protocol are the fault of the caller, and no internal error',
    aspects: ['code', 'words'],
    when: (_request, ours, theirs) => codes(ours, theirs, -32602, -32603),
  },
]
