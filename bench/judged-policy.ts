import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig } from '@toolgate/config'
import { inspectPolicy, type InspectedPolicy } from '@toolgate/core'

/** The name of one of the tools that are judged. */
export function judgedTool(index: number): string {
  return `judged_tool_${String(index).padStart(4, '0')}`
}

/** The scope that one tool alone asks for: it keeps sets of scopes apart. */
export function ownScope(index: number): string {
  return `judged:own_${String(index)}`
}

/** All tools ask for as much, so that every decision costs the same. */
function pluginSource(toolCount: number): string {
  return `import { definePlugin, defineTool } from '@toolgate/plugin'

${judgedTool.toString()}
${ownScope.toString()}

export default definePlugin({
  name: 'judged',
  tools: Array.from({ length: ${String(toolCount)} }, (_, index) =>
    defineTool({
      name: judgedTool(index),
      description: 'Is judged',
      scopes: { anyOf: [['judged:admin', 'judged:audit'], ['judged:write', 'judged:audit'], ['judged:read', ownScope(index)]] },
      when: [{ arguments: { properties: { force: { const: true } }, required: ['force'] }, scopes: ['judged:force'] }],
      annotations: { destructiveHint: false },
      inputSchema: { type: 'object', properties: { force: { type: 'boolean' } } },
      handler: () => 'done',
    }),
  ),
})
`
}

/**
 * Compiles the policy of so many tools from a folder of plugins, like a host's: each has three alternatives and a condition, and two
 * scopes imply others.
 */
export async function judgedPolicy(folder: string, toolCount: number): Promise<InspectedPolicy> {
  const plugin = join(folder, 'plugins', 'judged')
  mkdirSync(join(plugin, 'src'), { recursive: true })
  writeFileSync(join(plugin, 'package.json'), '{ "name": "judged", "type": "module", "exports": "./src/index.ts" }')
  writeFileSync(join(plugin, 'src', 'index.ts'), pluginSource(toolCount))
  const config = {
    authorizationServers: [{ issuer: 'https://login.bench.example' }],
    initialScopes: ['judged:read'],
    scopes: { 'judged:admin': { implies: ['judged:write'] }, 'judged:write': { implies: ['judged:read'] } },
    plugins: { folder: './plugins' },
  }
  const file = join(folder, 'mcp.config.json')
  writeFileSync(file, JSON.stringify(config))
  return inspectPolicy(await loadConfig({ file, folder, environment: {} }))
}
