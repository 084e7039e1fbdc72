import type { DecisionRecord } from '@toolgate/audit'
import type { FreshnessRequirement } from '@toolgate/plugin'
import { demandText, type ThingKind } from '@toolgate/policy'
import { clientLines } from '../clients/client-lines.ts'
import type { InspectedPolicy } from '../inspect-policy.ts'
import { overridePath } from '../override-path.ts'
import type { CallExplanation } from './explain-call.ts'

/** What each side can do about a refused call, a sentence or two each. None of them weakens a requirement. */
export interface DenialMends {
  readonly caller: string
  readonly client: string
  readonly operator: string
}

/** The smallest change that lets a refused call through, by who can make it. */
export function denialMends(
  inspected: InspectedPolicy,
  record: DecisionRecord,
  explanation: CallExplanation,
): DenialMends {
  if (explanation.effect === 'unknown-tool') return unknownMends(inspected, record)
  if (explanation.effect === 'stale' && explanation.requires !== undefined) {
    return freshnessMends(inspected, record, explanation.requires)
  }
  const missing = explanation.missing.length > 0 ? explanation.missing : (record.missing ?? [])
  if (missing.length === 0) {
    return {
      caller: 'Call again: by the rules of now these scopes are enough.',
      client: 'Nothing.',
      operator: 'Nothing.',
    }
  }
  const words = missing.join(' ')
  if (explanation.concealed) {
    return {
      caller: 'Ask the operator: this tool is kept from callers who may not use it.',
      client: 'Nothing: to this client there is no such tool, and it must not learn otherwise.',
      operator: `${grantText(inspected, record, words)} No challenge ever asks for it while ${overridePath(record.tool)}.visibility is 'concealed'.`,
    }
  }
  if (explanation.notRequestable.length > 0) return grantMends(inspected, record, explanation.notRequestable)
  const held = { token: record.held, granted: record.granted ?? [] }
  const shown = inspected.policy.list(held, kindOf(record.tool)).some(({ tool }) => tool === record.tool)
  const unlisted = ` This caller's list does not show the tool, so a client has no reason to ask: set ${overridePath(record.tool)}.visibility to 'listed'.`
  return {
    caller: `Sign in again and allow ${words}. If it is not offered there, ask the operator for it.`,
    client: clientMend(record, explanation),
    operator: `${grantText(inspected, record, words)}${shown ? '' : unlisted}`,
  }
}

/** Where a part of what is missing is out of reach of any sign-in, that part comes first. */
function grantMends({ config }: InspectedPolicy, record: DecisionRecord, scopes: readonly string[]): DenialMends {
  const { subject, issuer } = record
  const rules = config.grants
    .filter((rule) => rule.issuer === issuer && rule.scopes.some((scope) => scopes.includes(scope)))
    .map(({ source }) => source)
  const words = scopes.join(' ')
  return {
    caller: `No sign-in gives ${words}, it comes with a role or group: ask whoever manages roles and groups at ${issuer}.`,
    client: 'Nothing: signing in again does not help before that.',
    operator:
      rules.length === 0
        ? `No rule of grants gives ${words} to tokens of ${issuer}: add one, or nobody of that issuer can call the tool.`
        : `Have ${issuer} put into the tokens of ${subject} what ${rules.join(' or ')} asks for.`,
  }
}

function freshnessMends(
  { config }: InspectedPolicy,
  { tool, issuer }: DecisionRecord,
  requires: FreshnessRequirement,
): DenialMends {
  const { acr, maxAgeSeconds } = requires
  const parameters = [
    ...(maxAgeSeconds === undefined ? [] : [`max_age=${String(maxAgeSeconds)}`]),
    ...(acr === undefined ? [] : [`acr_values=${acr.join(' ')}`]),
  ]
  return {
    caller: `Sign in again: the tool asks for ${demandText(requires)}.`,
    client: `Follow the challenge: begin a new authorization request with its ${parameters.join(' and ')} and its scope. A refreshed token keeps the time of the old sign-in.`,
    operator:
      config.authority === undefined
        ? `Nothing, if ${issuer} puts ${claimsOf(requires)} into its access tokens. If it does not, nobody can call the tool: have it send them, or change ${overridePath(tool)}.requires.`
        : `Nothing, if a person signed in: the embedded server sends auth_time. A token of toolgate token has no sign-in behind it and never reaches this tool: let the script call another, or change ${overridePath(tool)}.requires.`,
  }
}

function claimsOf({ acr, maxAgeSeconds }: FreshnessRequirement): string {
  return [...(maxAgeSeconds === undefined ? [] : ['auth_time']), ...(acr === undefined ? [] : ['acr'])].join(' and ')
}

function unknownMends({ notConfigured }: InspectedPolicy, { tool }: DecisionRecord): DenialMends {
  const waiting = notConfigured.find(({ tools, things }) => tools.includes(tool) || things.includes(tool))
  return {
    caller: 'Call a tool that the list shows.',
    client: 'List the tools again, and call by a name that is in the list.',
    operator:
      waiting === undefined
        ? 'Nothing, unless a plugin should have brought this tool: toolgate check says what is loaded.'
        : `Configure the plugin ${waiting.plugin}: ${waiting.reason}`,
  }
}

function grantText({ config }: InspectedPolicy, { subject, issuer }: DecisionRecord, words: string): string {
  if (config.authority === undefined) return `Let ${subject} have ${words} at ${issuer}.`
  return `Let the user have ${words} too: toolgate user list shows what they may have, toolgate user scopes NAME --scopes '...' sets all of it.`
}

function clientMend({ clientName, held, granted = [] }: DecisionRecord, { required }: CallExplanation): string {
  const asked = required.filter((scope) => held.includes(scope) || !granted.some((given) => given.scope === scope))
  const scopes = [...new Set([...asked, ...held])].join(' ')
  const line = clientLines.find(({ id }) => id === clientName)
  if (line?.pinsScopes === true) {
    return `${line.name} asks for the scopes in its settings: toolgate connect ${line.id} --scopes '${scopes}' prints them.`
  }
  const note = line === undefined ? '' : ` ${line.name}: ${line.note}`
  return `Follow the challenge: ask the authorization server for exactly its scope (${scopes}), then call again.${note}`
}

/** What a key is of. */
function kindOf(key: string): ThingKind {
  return (/^(resource|template|prompt) /.exec(key)?.[1] ?? 'tool') as ThingKind
}
