import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
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

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function pluginSource(toolCount: number): string {
  return `import { definePlugin, defineTool } from '@toolgate/plugin'

${answerOf.toString()}

const tools = ${JSON.stringify(benchTools(toolCount))}

export default definePlugin({
  name: 'bench',
  tools: tools.map(({ name, description, scope }) =>
    defineTool({
      name,
      description,
      scopes: [scope],
      inputSchema: ${JSON.stringify(INPUT_SCHEMA)},
      annotations: { readOnlyHint: true },
      handler: ({ text, times }) => answerOf(name, text, times),
    }),
  ),
})
`
}

/** Writes a plugin of so many tools and a config for it, and says what a server of them is to be. */
export async function createWorkspace(
  folder: string,
  issuer: BenchIssuer,
  toolCount: number,
  sharedSchemas = false,
): Promise<PartySettings> {
  const resource = `http://127.0.0.1:${String(await freePort())}/mcp`
  const plugin = join(folder, 'plugins', 'bench')
  mkdirSync(join(plugin, 'src'), { recursive: true })
  writeFileSync(
    join(plugin, 'package.json'),
    JSON.stringify({ name: 'bench', type: 'module', exports: './src/index.ts' }),
  )
  writeFileSync(join(plugin, 'src', 'index.ts'), pluginSource(toolCount))
  const config = {
    resource,
    listen: { host: '127.0.0.1', port: Number(new URL(resource).port) },
    authorizationServers: [{ issuer: issuer.issuer }],
    scopes: { [HELD_SCOPE]: { description: 'Read' }, [OTHER_SCOPE]: { description: 'Administer' } },
    plugins: { folder: './plugins' },
    audit: { file: './audit.ndjson' },
  }
  writeFileSync(join(folder, 'mcp.config.json'), JSON.stringify(config, undefined, 2))
  return { issuer: issuer.issuer, jwksUri: issuer.jwksUri, resource, toolCount, sharedSchemas, folder }
}
