import { pluginFiles } from './plugin-files.ts'

const config = `import { defineConfig } from '@toolgate/config'

export default defineConfig({
  // The URL that clients use. Behind https: resource: 'https://tools.example.com/mcp'
  listen: { host: '127.0.0.1', port: 8787 },
  name: 'my-tools',
  title: 'My tools',

  // Sign-in by this host itself. For your own authorization server write instead:
  // authorizationServers: [{ issuer: 'https://login.example.com' }]
  authority: {},

  scopes: {
    'hello:read': { description: 'Be greeted' },
    'hello:write': { description: 'Sign the guest book', implies: ['hello:read'] },
  },

  plugins: { folder: './plugins' },

  // A client calls only what it lists: a tool that writes is listed to everybody, and whoever calls it without its
  // scope is asked for it.
  tools: { hello_sign_guest_book: { visibility: 'listed' } },
})
`

const index = `import { join } from 'node:path'
import { definePlugin } from '@toolgate/plugin'
import { greet } from './greet.ts'
import { signGuestBook } from './sign-guest-book.ts'

export default definePlugin({
  name: 'hello',
  description: 'A tool that reads and a tool that writes.',
  setup: ({ dataFolder }) => ({ tools: [greet, signGuestBook(join(dataFolder, 'guest-book.txt'))] }),
})
`

const signGuestBook = `import { appendFile } from 'node:fs/promises'
import { defineTool } from '@toolgate/plugin'

/** \`hello_sign_guest_book\`: a tool that writes, with a scope of its own. */
export const signGuestBook = (file: string) =>
  defineTool({
    name: 'hello_sign_guest_book',
    description: 'Writes a line into the guest book.',
    scopes: ['hello:write'],
    annotations: { readOnlyHint: false, destructiveHint: false },
    inputSchema: {
      type: 'object',
      properties: { line: { type: 'string', description: 'What to write', minLength: 1, maxLength: 200 } },
      required: ['line'],
      additionalProperties: false,
    },
    async handler({ line }, { principal }) {
      await appendFile(file, \`\${JSON.stringify({ subject: principal.subject, line })}\\n\`)
      return 'Signed.'
    },
  })
`

const test = `import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { testContext } from '@toolgate/plugin'
import { greet } from '../src/greet.ts'
import { signGuestBook } from '../src/sign-guest-book.ts'

// What the host hands to a handler on each call.
const context = testContext()

describe('hello_greet', () => {
  it('greets by name', async () => {
    assert.equal(await greet.handler({ name: 'Ada' }, context), 'Hello, Ada!')
  })
})

describe('hello_sign_guest_book', () => {
  it('appends who wrote what', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hello-'))
    try {
      const file = join(folder, 'guest-book.txt')
      await signGuestBook(file).handler({ line: 'I was here' }, context)
      assert.equal(await readFile(file, 'utf8'), '{"subject":"ada","line":"I was here"}\\n')
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
`

const pluginReadme = `# hello

Two tools: \`hello_greet\` greets someone by name and needs the scope \`hello:read\`; \`hello_sign_guest_book\` writes a line
into a file of the plugin's own and needs \`hello:write\`.

- \`src/index.ts\` exports the plugin: its name (the folder's name) and its tools.
- One file per tool: name, description, the scopes a caller needs, the JSON Schema of its arguments, and the handler.
- \`test/\` calls the handlers as the host would: \`npm test\`.
`

const readme = `# My tools

An MCP host. Each folder of \`plugins/\` holds tools, and each tool names the OAuth scopes that a caller needs.

    npm install
    npm start        # prints the MCP URL, the first user with a password, and the tools
    npm run check    # says what is wrong with the configuration or a plugin
    npm test         # runs the tests of the plugins

Connect a client (\`npx toolgate connect\` prints the line for each), or call a tool from here:

    npx toolgate call hello_greet '{"name":"Ada"}'
    npx toolgate call hello_sign_guest_book '{"line":"I was here"}'

The second one asks for a further scope: that is step-up, and \`mcp.config.ts\` says why it works.

    npx toolgate plugin new weather    # one more plugin, with a test

    npx toolgate lock                  # pins what every tool needs and says: commit the file, start with --locked

State (users, grants, keys, the audit) lives in \`.toolgate/\`: back it up, and keep it out of version control.
`

/** The files of a new working folder by their path in it, `package.json` aside. */
export function workingFolderFiles(): ReadonlyMap<string, string> {
  const plugin = new Map(pluginFiles('hello'))
    .set('README.md', pluginReadme)
    .set('src/index.ts', index)
    .set('src/sign-guest-book.ts', signGuestBook)
    .set('test/hello.test.ts', test)
  plugin.delete('test/greet.test.ts')
  return new Map([
    ['mcp.config.ts', config],
    ['.gitignore', 'node_modules/\n.toolgate/\n'],
    ['README.md', readme],
    ...[...plugin].map(([path, text]) => [`plugins/hello/${path}`, text] as const),
  ])
}
