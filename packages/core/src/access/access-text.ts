import { localIssuer } from '../mcp/local-issuer.ts'
import { localMend } from '../mcp/scope-refusal.ts'
import type { Access, ConditionalAccess, FurtherAccess, MissingTool } from './access-of.ts'

/**
 * What a caller has and could get, in sentences that a model can pass on.
 *
 * @param access what the judge says
 * @param issuer who vouches for the caller, to name whom to ask
 */
export function accessText(access: Access, issuer: string): string {
  const { tools, more, signInScopes } = access
  const names = tools.map(({ name }) => name).filter((name) => !isThing(name))
  const things = tools.map(({ name }) => name).filter(isThing)
  const partly = tools.filter(({ conditions }) => conditions.length > 0)
  return [
    names.length === 0 ? 'You may call no tool.' : `You may call ${names.join(', ')}.`,
    ...(things.length === 0 ? [] : [`You may have ${things.join(', ')}.`]),
    ...partly.map(({ name, conditions }) => `${name}: ${conditionText(conditions)}.`),
    ...tools.flatMap((tool) => furtherTexts(tool).map((text) => `${tool.name}: ${text}.`)),
    ...(more.length === 0 ? ['There is nothing more to ask for.'] : ['', 'You could also get']),
    ...more.map((tool) => {
      const further = furtherTexts(tool).map((text) => ` Then, ${text}.`)
      return `- ${tool.name}: ${mendText(tool, issuer)}${further.join('')}`
    }),
    ...(signInScopes.length === 0 || issuer === localIssuer
      ? []
      : [
          '',
          `All that a sign-in can give, in one: ${signInScopes.join(' ')}. A client that asks for the scopes in its settings needs them there.`,
          'What is not offered at the sign-in, the operator of this server can grant.',
        ]),
  ].join('\n')
}

/** What is no tool is named by what it is. */
function isThing(name: string): boolean {
  return name.includes(' ')
}

function mendText({ missing, notRequestable, conditions }: MissingTool, issuer: string): string {
  const more = conditions.length === 0 ? '' : ` Then, ${conditionText(conditions)}.`
  if (issuer === localIssuer) return `${localMend(missing)}.${more}`
  if (notRequestable.length === 0) return `sign in again and allow ${missing.join(' ')}.${more}`
  const rest = missing.filter((scope) => !notRequestable.includes(scope))
  const besides = rest.length === 0 ? '' : ` It needs ${rest.join(' ')} too, which a sign-in gives.`
  return (
    `no sign-in gives ${notRequestable.join(' ')}, it comes with a role or group: ask whoever manages roles and groups at ${issuer}, ` +
    `or the operator of this server.${besides}${more}`
  )
}

function conditionText(conditions: readonly ConditionalAccess[]): string {
  const scopes = [...new Set(conditions.flatMap(({ missing }) => missing))]
  return `some arguments need ${scopes.join(' ')} too`
}

function furtherTexts({ mayNeed, signIn }: FurtherAccess): readonly string[] {
  return [
    ...(mayNeed === undefined ? [] : [`some calls need ${mayNeed.join(' ')} too, as its author sees from the data`]),
    ...(signIn === undefined ? [] : [`it needs ${signIn}`]),
  ]
}
