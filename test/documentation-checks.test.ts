import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { checkCodeBlocks } from '../scripts/docs/check-code-blocks.ts'
import { checkLinks } from '../scripts/docs/check-links.ts'
import { checkScripts } from '../scripts/docs/check-scripts.ts'
import { configurationPage } from '../scripts/docs/configuration-page.ts'
import type { DocFault } from '../scripts/docs/doc-fault.ts'
import { readDocPage } from '../scripts/docs/doc-page.ts'
import type { DocPage } from '../scripts/docs/doc-page.ts'
import { docPaths } from '../scripts/docs/doc-paths.ts'
import { fillClientLimits } from '../scripts/docs/fill-client-limits.ts'
import { fillClientLines } from '../scripts/docs/fill-client-lines.ts'
import type { DocumentedClient } from '../scripts/docs/fill-client-lines.ts'

const repository = dirname(import.meta.dirname)

describe('The documentation checks', () => {
  let root: string

  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'toolgate-docs-')))
    await cp(join(repository, 'tsconfig.json'), join(root, 'tsconfig.json'))
    await symlink(join(repository, 'node_modules'), join(root, 'node_modules'), 'dir')
    await writeFile(join(root, 'package.json'), JSON.stringify({ type: 'module', scripts: { start: 'true' } }))
  })

  afterEach(() => rm(root, { recursive: true, force: true }))

  async function pagesOf(files: Readonly<Record<string, string>>): Promise<readonly DocPage[]> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), text)
    }
    return Promise.all((await docPaths(root)).map((path) => readDocPage(root, path)))
  }

  function places(faults: readonly DocFault[]): readonly string[] {
    return faults.map(({ path, line }) => `${path}:${line}`)
  }

  describe('of links', () => {
    it('pass files and headings that are there', async () => {
      const pages = await pagesOf({
        'README.md': '# One `two` three!\n\n[a](#one-two-three) [b](docs/a.md#second-1) [c](https://a.example/x#y)\n',
        'docs/a.md': '## Second\n\n## Second\n\n[up](../README.md) `[not](a-link.md)`\n\n```md\n[nor](this.md)\n```\n',
      })
      expect(checkLinks(root, pages)).to.deep.equal([])
    })

    it('name the line of a link to no file, to no heading and out of the repository', async () => {
      const pages = await pagesOf({
        'README.md': '[a](gone.md)\n[b](#gone)\n\n[c]: docs/a.md#gone\n[d](../../etc)\n<img src="gone.svg">\n',
        'docs/a.md': '# A\n',
      })
      expect(places(checkLinks(root, pages))).to.deep.equal([
        'README.md:1',
        'README.md:2',
        'README.md:4',
        'README.md:5',
        'README.md:6',
      ])
    })
  })

  describe('of code blocks', () => {
    it('pass modules that type-check, also those that import a block with a path', async () => {
      const pages = await pagesOf({
        'README.md': [
          '```ts',
          '// src/greet.ts',
          "import { defineTool } from '@toolgate/plugin'",
          "export const greet = defineTool({ name: 'a_b', description: '', scopes: ['a:b'], handler: () => 'hello' })",
          '```',
          '```ts',
          '// src/index.ts',
          "import { definePlugin } from '@toolgate/plugin'",
          "import { greet } from './greet.ts'",
          "export default definePlugin({ name: 'a', tools: [greet] })",
          '```',
          '```jsonc',
          '{ "a": 1 } // b',
          '```',
        ].join('\n'),
      })
      expect(checkCodeBlocks(root, pages)).to.deep.equal([])
    })

    it('name the line of a type error and of JSON that does not parse', async () => {
      const pages = await pagesOf({
        'README.md': '```ts\nexport const a = 1\nexport const b: string = a\n```\n',
        'docs/a.md': '# A\n\n```json\n{ a: 1 }\n```\n\n```jsonc\n{ "a": ] }\n```\n',
      })
      expect(places(checkCodeBlocks(root, pages))).to.deep.equal(['docs/a.md:4', 'docs/a.md:8', 'README.md:3'])
    })
  })

  it('name the line of an npm script that does not exist', async () => {
    const pages = await pagesOf({ 'README.md': '`npm start`\n\n```sh\nnpm ci && npm run gone\n```\n' })
    expect(places(checkScripts(root, pages))).to.deep.equal(['README.md:4'])
  })
})

describe('The written pages', () => {
  it('hold every key of the configuration with value, default and meaning', () => {
    const page = configurationPage({
      type: 'object',
      required: ['listen'],
      $defs: {
        port: { type: 'integer', minimum: 0, maximum: 65535, default: 8787, description: 'Where | it listens' },
      },
      properties: {
        listen: { type: 'object', description: 'The listener', properties: { port: { $ref: '#/$defs/port' } } },
        tools: { type: 'object', additionalProperties: { type: 'object', properties: { hidden: { const: true } } } },
      },
    })
    expect(page).to.contain('## `listen`\n\nThe listener\n\nValue: object. Required.')
    expect(page).to.contain('| `listen.port` | integer from 0 to 65535 | `8787` | Where \\| it listens |')
    expect(page).to.contain('| `tools.<name>.hidden` | `true` |')
  })

  const client: DocumentedClient = {
    id: 'one',
    name: 'One',
    kind: 'command',
    place: 'a shell',
    calledFrom: 'machine',
    checkedOn: '2026-01-01',
    source: 'https://one.example/docs',
    note: 'Steps up.',
    render: ({ url, scopes }) => `one add ${url} ${scopes.join(',')}`,
  }

  it('hold the lines of the clients that a mark names, and replace what was there', () => {
    const text = 'a\n<!-- clients: one -->\nold\n<!-- /clients -->\nb\n'
    const filled = fillClientLines(text, [client, { ...client, id: 'two', name: 'Two' }], ['a:b'])
    expect(filled).to.contain('```sh\none add http://127.0.0.1:8787/mcp a:b\n```')
    expect(filled).to.not.contain('old').and.not.contain('Two')
    expect(fillClientLines(filled, [client], ['a:b'])).to.equal(filled)
  })

  it('hold what clients can take, each with who says so and when', () => {
    const sourced = { source: 'https://one.example/limits', saidOn: '2026-01-02' }
    const toolName = { ...sourced, most: 9, otherwise: 'it is left out', frame: (s: string, t: string) => `${s}/${t}` }
    const filled = fillClientLimits('<!-- client-limits -->\nold\n<!-- /client-limits -->\n', [client], {
      one: { toolName },
    })
    const row =
      '| One | names of 9 characters as `SERVER/TOOL` | it is left out | [2026-01-02](https://one.example/limits) |'
    expect(filled).to.contain(row).and.not.contain('old')
  })

  it('refuse a mark that names an unknown client', () => {
    expect(() => fillClientLines('<!-- clients: three -->\n<!-- /clients -->', [client], [])).to.throw('three')
  })
})
