import type { JSONRPCRequest } from '@modelcontextprotocol/server'
import type { Audit } from '@toolgate/audit'
import type { Decision, Policy } from '@toolgate/policy'
import type { Catalogue } from '@toolgate/registry'
import { rpcCode, rpcRefusal } from '../errors.ts'
import { judgeCall } from './judge-call.ts'
import type { CallRequest, JudgedCall } from './judged-call.ts'
import { parameterHeadersOf, requireParameterHeaders } from './parameter-headers.ts'
import { scopeRefusal } from './scope-refusal.ts'

/** What room 6 needs of the host. */
export interface AuthorizeCallOptions {
  readonly policy: Policy
  readonly catalogue: Catalogue
  readonly audit: Audit
  readonly resourceMetadataUrl: string
}

/** What settles when a record is where it has to be; undefined if it is. */
type Kept = Promise<undefined> | undefined

/** Waits only if there is something to wait for. */
function after<Result>(kept: readonly Kept[], go: () => Result): Result | Promise<Result> {
  const waiting = kept.filter((done) => done !== undefined)
  return waiting.length === 0 ? go() : Promise.all(waiting).then(go)
}

/**
 * Room 6: judges every call of a request while the HTTP status is still open, and writes the decisions to the audit. In
 * this order: `decide` without arguments, parameter headers, input schema with its defaults, `decide` with the arguments.
 *
 * @returns what each call may do, in order; a promise if the decisions have to reach the disk first
 * @throws Refusal 403 with one challenge for all that is denied; 503 if a decision cannot be recorded
 */
export function createAuthorizeCalls(
  options: AuthorizeCallOptions,
): (calls: readonly CallRequest[]) => readonly JudgedCall[] | Promise<readonly JudgedCall[]> {
  const { policy, catalogue } = options
  const headers = new Map(
    [...catalogue.tools].map(([name, tool]) => [name, parameterHeadersOf(tool.listing.inputSchema)]),
  )
  return (calls) => {
    const judged = calls.map((call) => {
      const { message, held, request, modern } = call
      const { name, args } = readCall(message)
      const verdict = judgeCall({ policy, catalogue }, { name, args, held }, () => {
        if (modern) requireParameterHeaders(headers.get(name) ?? [], request, args, message.id)
      })
      return { call, verdict }
    })
    const denied = judged.flatMap(({ call, verdict }) =>
      'denied' in verdict ? [{ call, decision: verdict.denied }] : [],
    )
    if (denied.length > 0) {
      const kept = denied.map(({ call, decision }) => record(options, call, decision, undefined))
      return after(kept, () => {
        throw scopeRefusal({ denied, policy, resourceMetadataUrl: options.resourceMetadataUrl })
      })
    }
    const kept: Kept[] = []
    const allowed = judged.flatMap(({ call, verdict }) => {
      if ('denied' in verdict) return []
      const { kind } = verdict.call
      kept.push(record(options, call, verdict.decision, kind === 'allowed' ? verdict.call.args : undefined))
      if (kind === 'invalid-arguments') kept.push(recordOutcome(options, call))
      return [verdict.call]
    })
    return after(kept, () => allowed)
  }
}

/** Whether a message names a tool to call. One that does not is for the protocol to refuse: there is nothing to judge. */
export function isToolCall(message: JSONRPCRequest): boolean {
  return message.method === 'tools/call' && typeof own(message.params, 'name') === 'string'
}

function readCall({ params }: JSONRPCRequest): { readonly name: string; readonly args: unknown } {
  const name = own(params, 'name')
  if (typeof name !== 'string') throw new TypeError('a call is judged by the name of its tool')
  return { name, args: own(params, 'arguments') }
}

function own(params: JSONRPCRequest['params'], key: string): unknown {
  return params !== undefined && Object.hasOwn(params, key) ? params[key] : undefined
}

function record(options: AuthorizeCallOptions, call: CallRequest, decision: Decision, args: unknown): Kept {
  const { audit, policy, catalogue } = options
  const { principal, identity } = call
  const known = decision.effect === 'unknown-tool' ? undefined : decision
  return keep(call, () =>
    audit.decision({
      ...identity,
      tokenId: call.tokenId,
      issuer: principal.issuer,
      subject: principal.subject,
      clientId: principal.clientId,
      tool: readCall(call.message).name.slice(0, 256),
      plugin: known?.policy.plugin,
      requirement: known?.policy.alternatives ?? [],
      held: principal.scopes,
      effect: decision.effect,
      reason: reasonText(decision),
      missing: decision.effect === 'deny' ? decision.missing : undefined,
      catalogueGeneration: catalogue.generation,
      policyHash: policy.hash,
      argumentsHash: args === undefined ? undefined : audit.hashArguments(args),
    }),
  )
}

function recordOutcome({ audit }: AuthorizeCallOptions, call: CallRequest): Kept {
  return keep(call, () =>
    audit.outcome({ requestId: call.identity.requestId, outcome: 'invalid-arguments', durationMs: 0 }),
  )
}

/** Nothing runs unrecorded. */
function keep({ message }: CallRequest, write: () => Kept): Kept {
  const refuse = (error: unknown): never => {
    throw rpcRefusal({
      status: 503,
      code: rpcCode.unavailable,
      message: 'The call was not run because it could not be recorded',
      id: message.id,
      headers: { 'Retry-After': '10' },
      detail: `audit: ${error instanceof Error ? error.message : String(error)}`,
    })
  }
  try {
    const kept = write()?.catch(refuse)
    // A batch may fail at a later call, and nobody waits for this one then.
    kept?.catch(() => undefined)
    return kept
  } catch (error) {
    return refuse(error)
  }
}

function reasonText(decision: Decision): string {
  if (decision.effect === 'unknown-tool') return 'no such tool'
  const { reason } = decision
  const chosen = reason.alternatives[reason.chosen]?.scopes ?? []
  const conditions = reason.conditions.filter((step) => step.matched === true).map((step) => step.source)
  return [
    `alternative ${String(reason.chosen)} of the ${reason.declaredBy}: ${chosen.join(' ') || 'authenticated'}`,
    ...conditions.map((source) => `condition ${source}`),
    ...reason.implied.map((scope) => `${scope} implied`),
    ...reason.granted.map(({ scope, rule }) => `${scope} granted by rule ${rule}`),
    ...(decision.effect === 'deny' && decision.concealed ? ['concealed'] : []),
  ].join('; ')
}
