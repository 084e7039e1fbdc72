import {
  definePlugin,
  definePrompt,
  defineResource,
  defineResourceTemplate,
  defineTool,
  type AuthorizeContext,
  type ConditionalScopes,
  type FreshnessRequirement,
  type ScopeRequirement,
} from '@toolgate/plugin'

const visibilities = ['granted', 'listed', 'concealed'] as const
const inputSchema = { type: 'object', properties: { force: { type: 'boolean' } }, additionalProperties: false } as const
const byForce = (scopes: readonly string[]): readonly ConditionalScopes[] => [
  { arguments: { properties: { force: { const: true } }, required: ['force'] }, scopes },
]

interface Kind {
  readonly scopes: ScopeRequirement
  readonly when?: readonly ConditionalScopes[]
  readonly requires?: FreshnessRequirement
  readonly mayRequire?: readonly string[]
  readonly authorize?: (args: { readonly force?: boolean | string }, context: AuthorizeContext) => void
}

/** What the authors of looking tools demand of a forced call. */
export const demandedScope = 'judged:private'
const looking: Pick<Kind, 'mayRequire' | 'authorize'> = {
  mayRequire: [demandedScope],
  authorize({ force }, { requireScopes }) {
    if (force === true || force === 'yes') requireScopes(demandedScope)
  },
}

/** One of each kind of requirement; each stands in the plugin once per visibility. */
const kinds: Readonly<Record<string, Kind>> = {
  anyone: { scopes: 'authenticated' },
  one: { scopes: ['judged:one'] },
  both: { scopes: ['judged:one', 'judged:two'] },
  either: { scopes: { anyOf: [['judged:one', 'judged:two'], ['judged:three']] } },
  conditional: { scopes: ['judged:one'], when: byForce(['judged:two']) },
  conditional_anyone: { scopes: 'authenticated', when: byForce(['judged:three']) },
  implied: { scopes: ['judged:low'] },
  by_role: { scopes: ['judged:role'] },
  recent: { scopes: ['judged:one'], requires: { maxAgeSeconds: 3_600 } },
  strong: { scopes: 'authenticated', when: byForce(['judged:two']), requires: { acr: ['gold', 'silver'] } },
  looking: { scopes: ['judged:one'], when: byForce(['judged:two']), ...looking },
  recent_looking: { scopes: ['judged:one'], requires: { acr: ['gold'], maxAgeSeconds: 3_600 }, ...looking },
  secret: { scopes: ['judged:secret'] },
}

/** The same condition for texts, as variables and arguments of prompts are. */
function textual({ when, ...rule }: Kind): Kind {
  if (when === undefined) return rule
  const byYes = { properties: { force: { const: 'yes' } }, required: ['force'] }
  return { ...rule, when: when.map(({ scopes }) => ({ arguments: byYes, scopes })) }
}

/** One visibility per kind, another one for each sort of thing: all of them would only ask the same again. */
function visibilityOf(kind: string, shift: number): (typeof visibilities)[number] {
  const index = Object.keys(kinds).indexOf(kind) + shift
  return kind === 'secret' ? 'concealed' : (visibilities[index % visibilities.length] ?? 'granted')
}

const kindsOfThings = Object.entries(kinds)

const resources = kindsOfThings
  .filter(([, { when }]) => when === undefined)
  .map(([kind, rule]) =>
    defineResource({ ...rule, uri: `judged://r/${kind}/${visibilityOf(kind, 0)}`, name: kind, read: () => 'ran' }),
  )

const complete = () => ['ran']

const resourceTemplates = kindsOfThings.map(([kind, rule]) => {
  const base = `judged://t/${kind}/${visibilityOf(kind, 1)}`
  return defineResourceTemplate({
    ...textual(rule),
    uriTemplate: `${base}/{force}`,
    name: kind,
    complete: { force: complete },
    list: () => [{ uri: `${base}/listed`, name: `${base}/listed` }],
    read: () => 'ran',
  })
})

const prompts = kindsOfThings.map(([kind, rule]) =>
  definePrompt({
    ...textual(rule),
    name: `judged_p_${kind}_${visibilityOf(kind, 2)}`,
    arguments: { force: { complete } },
    get: () => 'ran',
  }),
)

/** Every kind of requirement under every visibility, and of other things than tools under one. */
export const judgedPlugin = definePlugin({
  name: 'judged',
  tools: Object.entries(kinds).flatMap(([kind, rule]) =>
    visibilities
      .filter((visibility) => kind !== 'secret' || visibility === 'concealed')
      .map((visibility) =>
        defineTool({
          ...rule,
          name: `judged_${kind}_${visibility}`,
          description: 'Is judged.',
          annotations: { readOnlyHint: true },
          inputSchema,
          task: 'optional',
          handler: () => 'ran',
        }),
      ),
  ),
  resources,
  resourceTemplates,
  prompts,
})

const { name, ...offers } = judgedPlugin

/** The same, from a `setup` that may tell of changes, so that there are subscriptions to judge. */
export const tellingPlugin = definePlugin({
  name,
  setup: ({ resourceUpdated: _told }) => offers,
})

/** What the matrix asks for by the last part of its name. */
function overridesOf(names: readonly string[]): Readonly<Record<string, { readonly visibility: string }>> {
  const visibility = (name: string) => visibilities.findLast((each) => name.includes(each)) ?? 'granted'
  return Object.fromEntries(names.map((name) => [name, { visibility: visibility(name) }]))
}

/** What a configuration has to say for these tools to be what their names say. */
export const judgedConfig = {
  scopes: {
    'judged:low': { description: 'Implied by another.' },
    'judged:high': { description: 'Implies the lower one.', implies: ['judged:low'] },
    'judged:admin': { description: 'Implies much.', implies: ['judged:one', 'judged:two', 'judged:high'] },
  },
  grants: [{ claim: 'groups', anyOf: ['team'], scopes: ['judged:role'] }],
  tools: Object.fromEntries(
    judgedPlugin.tools?.map(({ name }) => [name, { visibility: name.slice(name.lastIndexOf('_') + 1) }]) ?? [],
  ),
  resources: overridesOf(resources.map(({ uri }) => uri)),
  resourceTemplates: overridesOf(resourceTemplates.map(({ uriTemplate }) => uriTemplate)),
  prompts: overridesOf(prompts.map(({ name }) => name)),
}
