import { loadConfig } from '@toolgate/config'
import { inspectPolicy } from '@toolgate/core'
import type { Held, Policy } from '@toolgate/policy'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fixturePlugins, startTestHost, type TestHost } from '../host.ts'
import { pluginFolder } from '../plugin-folder.ts'
import { callersFor, heldOf, scopesOf, type Caller } from './callers.ts'
import { judgedConfig, judgedPlugin } from './judged-plugin.ts'

/** A host with every fixture plugin, and the policy of the same configuration to ask beside it. */
export interface World {
  readonly host: TestHost
  /** Never the host's own object: made anew from the host's configuration file. */
  readonly policy: Policy
  readonly callers: readonly Caller[]
  /** Names of all tools. */
  readonly tools: readonly string[]
  heldBy(caller: Caller): Held
  tokenOf(caller: Caller): Promise<string>
  /** Words that no answer to this caller may hold: tools that are not on the list, scopes that concealed tools alone use. */
  hiddenFrom(caller: Caller): readonly string[]
  close(): Promise<void>
}

const config = {
  ...judgedConfig,
  tools: {
    ...judgedConfig.tools,
    fixture_write: { visibility: 'listed' },
    fixture_conditional: { visibility: 'listed' },
    fixture_hidden: { visibility: 'concealed' },
  },
}

/** Starts the host. Close it in `after`. */
export async function createWorld(): Promise<World> {
  const folder = await pluginFolder(await countedSources())
  const host = await startTestHost({ plugins: join(folder, 'plugins'), config })
  const file = join(host.folder, 'mcp.config.json')
  const { policy } = await inspectPolicy(await loadConfig({ file, folder: host.folder, environment: {} }))
  const heldBy = (caller: Caller) => heldOf(policy, caller, host.issuer.issuer)
  const hidden = new Map<Caller, readonly string[]>()
  const hiddenFrom = (caller: Caller) => {
    const words = hidden.get(caller) ?? hiddenWords(policy, heldBy(caller))
    hidden.set(caller, words)
    return words
  }
  return {
    host,
    policy,
    callers: callersFor(policy),
    tools: policy.tools.filter(({ kind }) => kind === undefined).map(({ tool }) => tool),
    heldBy,
    tokenOf: ({ subject, scopes, claims }) => host.token(scopes.join(' '), { subject, claims, expiresIn: 3_600 }),
    hiddenFrom,
    async close() {
      await host.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Every fixture plugin as a plugin that counts: what is added to the fixtures is in the matrix without another line. */
async function countedSources(): Promise<Readonly<Record<string, string>>> {
  const counter = JSON.stringify(pathToFileURL(join(import.meta.dirname, '../tool-runs.ts')).href)
  const source = (binding: string, url: string) =>
    `import { countedPlugin } from ${counter}\nimport ${binding} from ${JSON.stringify(url)}\nexport default countedPlugin(plugin)\n`
  const judged = pathToFileURL(join(import.meta.dirname, 'judged-plugin.ts')).href
  const fixtures = (await readdir(fixturePlugins)).map((name): [string, string] => {
    return [name, source('plugin', pathToFileURL(join(fixturePlugins, name, 'src/index.ts')).href)]
  })
  return Object.fromEntries([...fixtures, [judgedPlugin.name, source('{ tellingPlugin as plugin }', judged)]])
}

function hiddenWords(policy: Policy, held: Held): readonly string[] {
  const kinds = ['tool', 'resource', 'template', 'prompt'] as const
  const listed = new Set(kinds.flatMap((kind) => policy.list(held, kind).map(({ tool }) => tool)))
  const concealed = policy.tools.filter(({ tool }) => {
    const decision = policy.decide(held, tool)
    return decision.effect === 'deny' && decision.concealed
  })
  const spokenOf = new Set(policy.tools.filter((tool) => !concealed.includes(tool)).flatMap(scopesOf))
  const secret = concealed.flatMap(scopesOf).filter((scope) => !spokenOf.has(scope) && !holds(held, scope))
  const unlisted = policy.tools.filter(({ tool }) => !listed.has(tool)).map(({ tool }) => tool.replace(/^\w+ /, ''))
  return [...new Set([...unlisted, ...secret])]
}

function holds(held: Held, scope: string): boolean {
  return 'token' in held ? held.token.includes(scope) : held.includes(scope)
}
