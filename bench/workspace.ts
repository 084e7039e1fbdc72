import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../test/support/free-port.ts'
import { answerOf, benchTools, HELD_SCOPE, INPUT_SCHEMA, OTHER_SCOPE } from './catalogue.ts'
import type { BenchIssuer } from './issuer.ts'
import type { PartySettings } from './messages.ts'

/** Makes the folder in which a run keeps everything; inside the repository, so that plugins find `@toolgate/plugin`. */
export function createRunFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(import.meta.dirname, '.tmp-'))
  return {
    path,
    remove() {
      rmSync(path, { recursive: true, force: true })
    },
  }
}

/** Code that uses the processor for so many microseconds: as many rounds as fit, by the quickest of many tries, so that it costs the same under load. */
function spendingSource(microseconds: number): string {
  return `let spent = 0
const rounds = (count) => {
  for (let round = 0; round < count; round += 1) spent = (spent * 31 + round) | 0
}
const tries = Array.from({ length: 200 }, () => {
  const began = performance.now()
  rounds(100_000)
  return performance.now() - began
})
const count = Math.round(${String(microseconds)} / (Math.min(...tries) / 100))
const spend = () => rounds(count)`
}

function pluginSource(toolCount: number, { tells = false, spendMicroseconds = 0 }: WorkspaceOptions): string {
  const spends = spendMicroseconds > 0
  return `import { definePlugin, defineTool } from '@toolgate/plugin'

${answerOf.toString()}
${spends ? spendingSource(spendMicroseconds) : ''}

const tools = ${JSON.stringify(benchTools(toolCount))}

const offered = tools.map(({ name, description, scope }) =>
  defineTool({
    name,
    description,
    scopes: [scope],
    inputSchema: ${JSON.stringify(INPUT_SCHEMA)},
    annotations: { readOnlyHint: true },
    handler: ({ text, times }) => ${spends ? '(spend(), answerOf(name, text, times))' : 'answerOf(name, text, times)'},
  }),
)

export default definePlugin({
  name: 'bench',
  ${tells ? 'setup: ({ changed }) => ({ tools: changed === undefined ? [] : offered })' : 'tools: offered'},
})
`
}

/** What a server does otherwise than the rest. */
export interface WorkspaceOptions {
  readonly sharedSchemas?: boolean
  readonly durability?: 'process' | 'disk'
  /** Whether a token that was verified is remembered; it is by default. */
  readonly tokenCache?: boolean
  /** Whether its tools may become others, so that there is something to listen for. */
  readonly tells?: boolean
  /** Processes that serve the port. */
  readonly workers?: number
  /** Processor time that each call of a tool takes for itself. */
  readonly spendMicroseconds?: number
  /** Further settings of the issuer. */
  readonly issuerSettings?: object
}

/** Writes a plugin of so many tools and a config for it, and says what a server of them is to be. */
export async function createWorkspace(
  folder: string,
  issuer: BenchIssuer,
  toolCount: number,
  options: WorkspaceOptions = {},
): Promise<PartySettings> {
  const { sharedSchemas = false, durability = 'process', tokenCache = true, workers, issuerSettings = {} } = options
  const resource = `http://127.0.0.1:${String(await freePort())}/mcp`
  const plugin = join(folder, 'plugins', 'bench')
  mkdirSync(join(plugin, 'src'), { recursive: true })
  writeFileSync(
    join(plugin, 'package.json'),
    JSON.stringify({ name: 'bench', type: 'module', exports: './src/index.ts' }),
  )
  writeFileSync(join(plugin, 'src', 'index.ts'), pluginSource(toolCount, options))
  const config = {
    resource,
    listen: { host: '127.0.0.1', port: Number(new URL(resource).port) },
    authorizationServers: [{ issuer: issuer.issuer, ...issuerSettings }],
    scopes: { [HELD_SCOPE]: { description: 'Read' }, [OTHER_SCOPE]: { description: 'Administer' } },
    ...(workers !== undefined && { workers }),
    plugins: { folder: './plugins' },
    ...(!tokenCache && { tokenCache: { maxAgeSeconds: 0 } }),
    audit: { file: './audit.ndjson', durability },
  }
  writeFileSync(join(folder, 'mcp.config.json'), JSON.stringify(config, undefined, 2))
  return { issuer: issuer.issuer, jwksUri: issuer.jwksUri, resource, toolCount, sharedSchemas, tokenCache, folder }
}
