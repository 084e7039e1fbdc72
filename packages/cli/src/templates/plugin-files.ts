import { CliError } from '../errors.ts'
import { version } from '../version.ts'

/** The rule for a plugin's name, which is its folder's name too. */
const pluginName = /^[a-z][a-z0-9-]{0,63}$/

/** Every tool, prefix and scope of a plugin follows from its name. */
interface Names {
  readonly plugin: string
  /** Of the tools: `notes` gives `notes_greet`. */
  readonly tool: string
  readonly scope: string
}

/**
 * The files of a new plugin, by their path in its folder: the plugin `hello` under another name, with a test that needs
 * nothing but Node.
 *
 * @throws CliError `usage` for a name that no plugin may have
 */
export function pluginFiles(name: string): ReadonlyMap<string, string> {
  if (!pluginName.test(name)) {
    throw new CliError(
      'usage',
      `${JSON.stringify(name)} cannot be the name of a plugin`,
      'Begin with a letter a-z and use letters, digits and hyphens, 64 characters at most.',
    )
  }
  const names = { plugin: name, tool: `${name.replaceAll('-', '_')}_greet`, scope: `${name}:read` }
  return new Map([
    ['package.json', manifestOf(names)],
    ['README.md', readmeOf(names)],
    ['src/index.ts', indexOf(names)],
    ['src/greet.ts', toolOf(names)],
    ['test/greet.test.ts', testOf(names)],
  ])
}

function manifestOf({ plugin }: Names): string {
  const manifest = {
    name: `toolgate-plugin-${plugin}`,
    version: '0.1.0',
    private: true,
    type: 'module',
    exports: { '.': './src/index.ts' },
    scripts: { test: 'node --test' },
    dependencies: { '@toolgate/plugin': `^${version}` },
  }
  return `${JSON.stringify(manifest, undefined, 2)}\n`
}

function indexOf({ plugin }: Names): string {
  return `import { definePlugin } from '@toolgate/plugin'
import { greet } from './greet.ts'

export default definePlugin({
  name: '${plugin}',
  description: 'The template of a plugin.',
  tools: [greet],
})
`
}

function toolOf({ tool, scope }: Names): string {
  return `import { defineTool } from '@toolgate/plugin'

/** \`${tool}\`: the smallest tool there is. */
export const greet = defineTool({
  name: '${tool}',
  description: 'Greets someone by name.',
  scopes: ['${scope}'],
  annotations: { readOnlyHint: true },
  inputSchema: {
    type: 'object',
    properties: {
      name: { type: 'string', description: 'Whom to greet', minLength: 1, maxLength: 100 },
    },
    required: ['name'],
    additionalProperties: false,
  },
  handler: ({ name }) => \`Hello, \${name}!\`,
})
`
}

function testOf({ plugin, tool, scope }: Names): string {
  return `import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { testContext } from '@toolgate/plugin'
import plugin from '../src/index.ts'
import { greet } from '../src/greet.ts'

// What the host hands to a handler on each call.
const context = testContext()

describe('${tool}', () => {
  it('greets by name', async () => {
    assert.equal(await greet.handler({ name: 'Ada' }, context), 'Hello, Ada!')
  })

  it('asks for the scope ${scope}', () => {
    assert.deepEqual(greet.scopes, ['${scope}'])
  })

  it('is a tool of the plugin ${plugin}', () => {
    assert.equal(plugin.name, '${plugin}')
    assert.ok(plugin.tools?.includes(greet))
  })
})
`
}

function readmeOf({ plugin, tool, scope }: Names): string {
  return `# ${plugin}

One tool: \`${tool}\` greets someone by name and needs the scope \`${scope}\`.

- \`src/index.ts\` exports the plugin: its name (the folder's name) and its tools.
- \`src/greet.ts\` is the tool: name, description, the scopes a caller needs, the JSON Schema of its arguments, and the
  handler. The type of the handler's arguments follows from the schema.
- \`test/greet.test.ts\` calls the handler as the host would: \`npm test\`.

\`toolgate check\` prints the tool with its scopes, or names what is wrong with the folder.
`
}
