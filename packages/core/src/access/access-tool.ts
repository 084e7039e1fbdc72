import { defineTool, type Tool } from '@toolgate/plugin'
import type { HeldScopes, Policy } from '@toolgate/policy'
import { accessOf } from './access-of.ts'
import { accessText } from './access-text.ts'

const scopes = { type: 'array', items: { type: 'string' } } as const
const conditions = {
  type: 'array',
  description: 'Further scopes that some arguments need.',
  items: {
    type: 'object',
    properties: { missing: scopes, arguments: { type: 'object', description: 'JSON Schema of these arguments.' } },
    required: ['missing'],
    additionalProperties: false,
  },
} as const

const further = {
  mayNeed: {
    ...scopes,
    description: 'Further scopes that some calls need, as the author of the tool sees from the data.',
  },
  signIn: { type: 'string', description: 'How recent or strong the sign-in must be.' },
} as const

const outputSchema = {
  type: 'object',
  properties: {
    tools: {
      type: 'array',
      description:
        'The tools that the caller may call, and the resources, templates and prompts that it may have: `resource <uri>` and the like.',
      items: {
        type: 'object',
        properties: { name: { type: 'string' }, conditions, ...further },
        required: ['name', 'conditions'],
        additionalProperties: false,
      },
    },
    more: {
      type: 'array',
      description: 'Further tools and other things, with what is missing for them.',
      items: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          missing: scopes,
          notRequestable: { ...scopes, description: 'Those of missing that no sign-in gives, only a role or group.' },
          conditions,
          ...further,
        },
        required: ['name', 'missing', 'notRequestable', 'conditions'],
        additionalProperties: false,
      },
    },
    signInScopes: { ...scopes, description: 'What to ask for in one sign-in that reaches all that a sign-in can.' },
  },
  required: ['tools', 'more', 'signInScopes'],
  additionalProperties: false,
} as const

/**
 * The tool `toolgate_access`: tells a caller in words, and as structured content, which tools it has, which it could get and
 * by which scopes. For clients that cannot step up. It asks the judge of the host about its own caller and nobody else.
 *
 * @param policyOf the policy in force; the tool is part of it, so that it is there only once the tools are loaded
 */
export function createAccessTool(policyOf: () => Policy | undefined): Tool {
  return defineTool({
    name: 'toolgate_access',
    title: 'What this sign-in may do',
    description:
      'Tells which tools this sign-in may call, which further ones there are, and what to do to get them. Call it when a tool is denied or missing.',
    scopes: 'authenticated',
    annotations: { readOnlyHint: true, openWorldHint: false },
    outputSchema,
    handler: (_args, { principal }) => {
      const policy = policyOf()
      if (policy === undefined) throw new TypeError('no policy is in force yet')
      // A rule changes what is asked for, and its name is nothing that a caller is told.
      const granted = (principal.granted ?? []).map((scope) => ({ scope, rule: 'grants' }))
      const held: HeldScopes = { token: principal.scopes, granted }
      const access = accessOf(policy, held)
      const content = [{ type: 'text', text: accessText(access, principal.issuer) }] as const
      return { content, structuredContent: access }
    },
  })
}
