import type { DeniedDecision, Held, Policy, StaleDecision } from '@toolgate/policy'
import type { WireAnswer } from '../wire.ts'
import type { ToolCall } from './tool-calls.ts'

/** What a request was answered, and which tools ran for its caller meanwhile. */
export interface Seen {
  readonly answer: WireAnswer
  readonly ran: readonly string[]
}

/** What has to come of a call by what `decide` says, in the words of {@link callSeen}. */
export function callExpected(policy: Policy, held: Held, tool: string, call: ToolCall): string {
  const first = policy.decide(held, tool)
  // A call without arguments is one with none.
  const whole = policy.decide(held, tool, { value: call.args ?? {} })
  switch (first.effect) {
    case 'unknown-tool':
      return 'unknown tool'
    case 'deny':
      return first.concealed ? 'unknown tool' : refusal(policy, held, whole.effect === 'deny' ? whole : first)
    case 'allow':
    case 'depends-on-arguments':
    case 'stale':
      if (!call.valid) return 'arguments refused'
      if (whole.effect === 'deny') return refusal(policy, held, whole)
      if (whole.effect === 'stale') return newSignIn(policy, held, whole)
      return afterLook(policy, held, tool, call)
  }
}

/** What has to come of a request about a task of this very caller, in the words of {@link callSeen}. */
export function taskExpected(policy: Policy, held: Held, tool: string, { args, demanded = [] }: ToolCall): string {
  const decision = policy.decide(held, tool, { value: args ?? {}, demanded })
  switch (decision.effect) {
    case 'allow':
      return 'a result'
    case 'deny':
      return decision.concealed ? '200 -32602 Task not found' : refusal(policy, held, decision)
    case 'stale':
      return newSignIn(policy, held, decision)
    default:
      return `a decision that is not final: ${decision.effect}`
  }
}

/** The author's look, of a call that is allowed so far. */
function afterLook(policy: Policy, held: Held, tool: string, { args, demanded = [] }: ToolCall): string {
  const last = policy.decide(held, tool, { value: args ?? {}, demanded })
  return last.effect === 'deny' ? refusal(policy, held, last) : `ran ${tool}`
}

/** Whether a list has to show a tool, in the words of the list's check. */
export function listExpected(policy: Policy, held: Held, tool: string): string {
  const decision = policy.decide(held, tool)
  if (decision.effect === 'unknown-tool') return 'not listed'
  if (decision.policy.visibility === 'listed') return 'listed with its scopes'
  return decision.effect === 'deny' ? 'not listed' : 'listed'
}

/** What came of a call. */
export function callSeen({ answer, ran }: Seen): string {
  const said = spoken(answer)
  if (said === 'a result' && ran.length > 0) return `ran ${ran.join(', ')}`
  return ran.length === 0 ? said : `${said}, and ran ${ran.join(', ')}`
}

/** What an answer says, in a few words. */
export function spoken({ status, headers, text, ...answer }: WireAnswer): string {
  if (status === 202 && text === '') return 'nothing'
  const body = text === '' ? {} : answer.json()
  const challenge = headers['www-authenticate']
  if ('result' in body) {
    return challenge === undefined && status === 200 ? resultSpoken(answer.result()) : `${String(status)} with a result`
  }
  if (!('error' in body) || typeof body.error === 'string') return `${String(status)} ${text.slice(0, 120)}`
  const { code, message, data } = answer.error()
  if (challenge !== undefined) return challengeSpoken(status, challenge, data)
  if (code === -32003 && data !== undefined) return dataSpoken(data)
  if (code === -32601) return 'no such method'
  const refused = code === -32602 && status === 200 ? paramsSpoken(message, data) : undefined
  return refused ?? `${String(status)} ${String(code)} ${message}`
}

/** What is wrong with params, if it is one of the things that this host says. */
function paramsSpoken(message: string, data: Readonly<Record<string, unknown>> | undefined): string | undefined {
  if (message === 'Resource not found' && JSON.stringify(Object.keys(data ?? {})) === '["uri"]') return 'unknown tool'
  if (data !== undefined) return undefined
  if (/^Unknown (tool|prompt|resource or resource template): /.test(message)) return 'unknown tool'
  return message.startsWith('Invalid arguments: ') ? 'arguments refused' : undefined
}

/** A denial by a transport that has no challenges, in the words of those that have them. */
function dataSpoken({ missing, requires }: Readonly<Record<string, unknown>>): string {
  if (Array.isArray(missing)) return `403 for the lack of ${[...(missing as string[])].sort().join(' ')}`
  const { acr = [''], maxAgeSeconds = '' } = (requires ?? {}) as { acr?: readonly string[]; maxAgeSeconds?: number }
  return `401 for a sign-in as "${acr.join(' ')}" of the last "${String(maxAgeSeconds)}" seconds`
}

function challengeSpoken(status: number, challenge: string, data: Readonly<Record<string, unknown>> = {}): string {
  if (status === 403) {
    return refused(Array.isArray(data.missing) ? (data.missing as string[]) : [], scopesAskedFor(challenge))
  }
  if (status === 401 && challenge.includes('error="insufficient_user_authentication"')) {
    const [acr = '', age = ''] = ['acr_values', 'max_age'].map((name) => parameterOf(challenge, name))
    return signInAsked(acr.split(' '), age, scopesAskedFor(challenge))
  }
  return `${String(status)} ${challenge}`
}

/** The scopes of a challenge, sorted. */
export function scopesAskedFor(challenge: string): readonly string[] {
  return parameterOf(challenge, 'scope')
    .split(' ')
    .filter((scope) => scope !== '')
    .sort()
}

function parameterOf(challenge: string, name: string): string {
  return new RegExp(` ${name}="([^"]*)"`).exec(challenge)?.[1] ?? ''
}

function resultSpoken({ isError, content }: Record<string, unknown>): string {
  const [first] = (Array.isArray(content) ? content : []) as { text?: string }[]
  const faulty = isError === true && first?.text?.startsWith('The arguments do not match') === true
  return faulty ? 'arguments refused' : 'a result'
}

function refusal(policy: Policy, held: Held, denied: DeniedDecision): string {
  return refused(denied.missing, policy.challenge(denied, held).full)
}

function refused(missing: readonly string[], asked: readonly string[]): string {
  return `403 for the lack of ${[...missing].sort().join(' ')}, asking for ${[...asked].sort().join(' ') || 'nothing'}`
}

function newSignIn(policy: Policy, held: Held, stale: StaleDecision): string {
  const { acr = [''], maxAgeSeconds } = stale.freshness.requires
  return signInAsked(acr, String(maxAgeSeconds ?? ''), policy.challenge(stale, held).full)
}

function signInAsked(acr: readonly string[], age: string, asked: readonly string[]): string {
  return `401 for a sign-in as "${acr.join(' ')}" of the last "${age}" seconds, asking for ${[...asked].sort().join(' ') || 'nothing'}`
}
