import type { CallExplanation, ExplanationStep, HttpAnswer } from '@toolgate/core'
import { demandText } from '@toolgate/policy'
import { printable } from '../printable.ts'
import type { Terminal } from '../terminal.ts'

const effectText: Readonly<Record<CallExplanation['effect'], string>> = {
  allow: 'allowed',
  deny: 'refused',
  stale: 'needs a new sign-in',
  'depends-on-arguments': 'depends on the arguments',
  'unknown-tool': 'no such tool',
}

/** An explanation as a person reads it. */
export function printExplanation(terminal: Terminal, explanation: CallExplanation, basis: string): void {
  const { caller, concealed, smallest, requires, answer } = explanation
  const lines = [
    `Caller    ${words(caller.scopes) || '(no scope)'}${callerText(caller)}`,
    `Basis     ${basis}`,
    ...(caller.fault === undefined ? [] : [`Token     refused before any tool is looked at: ${caller.fault}`]),
    ...(concealed
      ? ['Concealed to this caller the tool does not exist, and the answer is that of an unknown name']
      : []),
    '',
    ...section('Steps', [
      ...explanation.steps.map(stepText),
      ...explanation.argumentFaults.map(({ pointer, message }) => `input schema: ${pointer || '/'}: ${message}`),
    ]),
    ...(smallest === undefined
      ? []
      : [
          `Smallest scopes that allow it: ${words(smallest) || '(none: any valid token)'}${requires === undefined ? '' : `, with ${demandText(requires)}`}`,
          '',
        ]),
    ...answerLines(answer),
    ...explanation.remarks.map((remark) => `${remark}\n`),
  ]
  terminal.print(`${terminal.strong(printable(explanation.tool))}  ${verdictText(explanation)}\n`)
  terminal.print(printable(lines.join('\n')).trimEnd())
}

/** An HTTP answer, line by line. */
export function answerLines(answer: HttpAnswer | undefined): readonly string[] {
  if (answer === undefined) return ['Answer    not known without the arguments', '']
  const headers = Object.entries(answer.headers).flatMap(([name, values]) =>
    [values].flat().map((value) => `${name}: ${value}`),
  )
  const body = answer.body === undefined ? '(what the tool answers)' : JSON.stringify(answer.body)
  return section('Answer', [`HTTP ${String(answer.status)}`, ...headers, body])
}

function verdictText({ effect, missing, caller, argumentFaults, steps }: CallExplanation): string {
  if (caller.fault !== undefined) return `not reached (were the token good: ${effectText[effect]})`
  if (effect === 'deny') return `refused: missing ${words(missing)}`
  if (argumentFaults.length > 0) return 'allowed, but the arguments do not match the input schema'
  if (effect === 'stale') {
    const faults = steps.flatMap((step) => (step.kind === 'freshness' ? step.faults : []))
    return `${effectText.stale}: ${faults.join(', ')}`
  }
  const looks = steps.some((step) => step.kind === 'demand' && step.made === 'unknown')
  return looks && effect === 'allow' ? 'allowed, unless its author asks for more' : effectText[effect]
}

function callerText({ subject, issuer, clientId }: CallExplanation['caller']): string {
  if (subject === undefined) return ''
  return `  (${subject} of ${issuer ?? ''}${clientId === undefined ? '' : `, client ${clientId}`})`
}

function stepText(step: ExplanationStep): string {
  switch (step.kind) {
    case 'grant':
      return `${step.scope} is held, because a rule gives it to these claims [${step.declaredAt}]`
    case 'implication':
      return `${step.scope} is held, because ${step.by} implies it [${step.declaredAt}]`
    case 'alternative': {
      const asks = `needs ${step.scopes.join(' + ') || 'any valid token'}`
      const verdict = step.missing.length === 0 ? 'held' : `missing ${words(step.missing)}`
      return `${asks}: ${verdict}${step.chosen ? '' : ' (another way)'} [${step.declaredAt}]`
    }
    case 'condition':
      return `${conditionText(step)} [${step.declaredAt}]`
    case 'freshness':
      return `needs ${step.asks}: ${step.faults.join(', ') || 'so it is'} [${step.declaredAt}]`
    case 'demand':
      return `${lookText(step)} [${step.declaredAt}]`
    case 'visibility':
      return `${step.visibility}: ${step.listed ? 'in the list of this caller' : 'not in the list of this caller'} [${step.declaredAt}]`
  }
}

function conditionText({ matched, scopes, missing }: Extract<ExplanationStep, { kind: 'condition' }>): string {
  if (matched === false) return `the arguments do not ask for ${scopes.join(' + ')}`
  const verdict = missing.length === 0 ? 'held' : `missing ${words(missing)}`
  return `${matched === true ? 'these' : 'some'} arguments ask for ${scopes.join(' + ')} too: ${verdict}`
}

function lookText({ made, scopes, missing }: Extract<ExplanationStep, { kind: 'demand' }>): string {
  if (made === 'unknown') {
    return `its author looks at the call too${scopes.length === 0 ? '' : `, and may demand ${words(scopes)}`}: not known here`
  }
  return `its author demanded ${words(scopes)}: ${missing.length === 0 ? 'held' : `missing ${words(missing)}`}`
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), '']
}

function words(scopes: readonly string[]): string {
  return scopes.join(' ')
}
