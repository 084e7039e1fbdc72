import type { DecisionRecord } from '@toolgate/audit'
import { clientLines } from '../clients/client-lines.ts'
import type { InspectedPolicy } from '../inspect-policy.ts'
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
      operator: `${grantText(inspected, record, words)} No challenge ever asks for it while tools.${record.tool}.visibility is 'concealed'.`,
    }
  }
  const shown = inspected.policy.list(record.held).some(({ tool }) => tool === record.tool)
  const unlisted = ` This caller's list does not show the tool, so a client has no reason to ask: set tools.${record.tool}.visibility to 'listed'.`
  return {
    caller: `Sign in again and allow ${words}. If it is not offered there, ask the operator for it.`,
    client: clientMend(record, explanation),
    operator: `${grantText(inspected, record, words)}${shown ? '' : unlisted}`,
  }
}

function unknownMends({ notConfigured }: InspectedPolicy, { tool }: DecisionRecord): DenialMends {
  const waiting = notConfigured.find(({ tools }) => tools.includes(tool))
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

function clientMend({ clientName, held }: DecisionRecord, { required }: CallExplanation): string {
  const scopes = [...new Set([...required, ...held])].join(' ')
  const line = clientLines.find(({ id }) => id === clientName)
  if (line?.pinsScopes === true) {
    return `${line.name} asks for the scopes in its settings: toolgate connect ${line.id} --scopes '${scopes}' prints them.`
  }
  const note = line === undefined ? '' : ` ${line.name}: ${line.note}`
  return `Follow the challenge: ask the authorization server for exactly its scope (${scopes}), then call again.${note}`
}
