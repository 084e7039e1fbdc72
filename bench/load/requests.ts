import { allowedTools, answerOf, listedTools } from '../catalogue.ts'
import type { Caller, Family, LoadJob } from '../messages.ts'
import { signProofs } from './proofs.ts'

/** A request as bytes, and what its answer must be. */
export interface PreparedRequest {
  readonly bytes: Buffer
  /** Requests of one id differ in their proof alone. */
  readonly id: number
  /** The text of a call's result, or the names of a list's tools. */
  readonly expected: string | readonly string[]
}

interface Question extends Pick<PreparedRequest, 'id' | 'expected'>, Asked {
  readonly params: { readonly name?: string; readonly arguments?: object }
}

interface Asked {
  readonly id: number
  readonly params: { readonly name?: string; readonly [member: string]: unknown }
}

/** What one connection sends. */
export interface PreparedRequests {
  readonly requests: readonly PreparedRequest[]
  /** Whether each may be sent once alone, because its proof is used up then. */
  readonly once: boolean
}

const TEXTS_PER_CONNECTION = 4
/** More than any host answers of all connections together. */
const PROOFS_PER_SECOND = 10_000

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'toolgate-bench', version: '1.0.0' },
}

/** One request as it stands on the wire. */
export function requestBytes(
  job: Pick<LoadJob, 'port' | 'family'> & { readonly method: string },
  token: string,
  { id, params }: Asked,
  proof?: string,
): Buffer {
  const modern = job.family === '2026-07-28'
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id,
    method: job.method,
    params: modern ? { ...params, _meta: META } : params,
  })
  const headers = [
    'POST /mcp HTTP/1.1',
    `Host: 127.0.0.1:${String(job.port)}`,
    `Authorization: ${proof === undefined ? 'Bearer' : 'DPoP'} ${token}`,
    ...(proof === undefined ? [] : [`DPoP: ${proof}`]),
    'Content-Type: application/json',
    'Accept: application/json, text/event-stream',
    `MCP-Protocol-Version: ${job.family satisfies Family}`,
    ...(modern ? [`Mcp-Method: ${job.method}`] : []),
    ...(modern && params.name !== undefined ? [`Mcp-Name: ${params.name}`] : []),
    `Content-Length: ${String(Buffer.byteLength(body))}`,
  ]
  return Buffer.from(`${headers.join('\r\n')}\r\n\r\n${body}`)
}

function calls(job: LoadJob, connection: number): Question[] {
  const tools = allowedTools(job.toolCount)
  return Array.from({ length: TEXTS_PER_CONNECTION }, (_, index) => {
    const id = connection * TEXTS_PER_CONNECTION + index
    const name = tools[(id * 7) % tools.length]?.name ?? ''
    const text = `text ${String(id)}`
    return { id, params: { name, arguments: { text, times: 2 } }, expected: answerOf(name, text, 2) }
  })
}

function lists(job: LoadJob, connection: number): Question[] {
  return [{ id: connection, params: {}, expected: listedTools(job.toolCount).map(({ name }) => name) }]
}

/** How many requests of one connection fit into a stretch by far. */
function mostRequests({ callers, durationMs }: LoadJob): number {
  return TEXTS_PER_CONNECTION + Math.ceil((durationMs * PROOFS_PER_SECOND) / 1000 / callers.length)
}

/**
 * The requests that one connection sends in turn: calls of several tools with texts of its own, or one list. For a caller whose
 * token is bound to a key each is signed now, so that nothing is while the server is measured.
 */
export async function prepareRequests(job: LoadJob, caller: Caller, connection: number): Promise<PreparedRequests> {
  const { token, proofKey, further = [] } = caller
  const questions = job.method === 'tools/call' ? calls(job, connection) : lists(job, connection)
  const prepared = (question: Question, proof?: string, by = token): PreparedRequest => ({
    bytes: requestBytes(job, by, question, proof),
    id: question.id,
    expected: question.expected,
  })
  if (proofKey === undefined) {
    // Each request by the next token, so that all of them have come soon.
    const tokens = [token, ...further]
    const requests = Array.from({ length: tokens.length * questions.length }, (_, index) => {
      const question = questions[index % questions.length] as Question
      return prepared(question, undefined, tokens[index % tokens.length])
    })
    return { requests, once: false }
  }
  const resource = `http://127.0.0.1:${String(job.port)}/mcp`
  const proofs = await signProofs(proofKey, { resource, token }, mostRequests(job))
  const requests = proofs.flatMap((proof, index) => {
    const question = questions[index % questions.length]
    return question === undefined ? [] : [prepared(question, proof)]
  })
  return { requests, once: true }
}
