import { expect } from 'chai'
import { rm } from 'node:fs/promises'
import { startIssuer, type TestIssuer } from './support/issuer.ts'
import { toolgateIn, workersFolder, type WorkersOptions } from './support/workers/workers-host.ts'

const tool = (more: string) => `defineTool({
  name: 'odd_tool', description: 'x', scopes: ['odd:use'], annotations: { readOnlyHint: true }, inputSchema: { type: 'object' },
  handler: () => 'done', ${more} })`
const plugin = (body: string) => `import { definePlugin, defineTool } from '@toolgate/plugin'
export default definePlugin({ name: 'odd', ${body} })`
const tasked = plugin(`tools: [${tool("task: 'optional'")}]`)
const changing = plugin(`setup: ({ changed }) => { void changed; return { tools: [${tool('')}] } }`)
const broken = plugin(`tools: [${tool('').replace("scopes: ['odd:use'],", '')}]`)

describe('more than one worker', function () {
  this.timeout(120_000)
  let issuer: TestIssuer

  before(async () => {
    issuer = await startIssuer()
  })
  after(() => issuer.close())

  async function run(line: string, options: WorkersOptions) {
    const { folder } = await workersFolder(issuer, options)
    try {
      const command = toolgateIn(folder, line)
      const code = await command.ended
      return { code, printed: command.printed(), remarked: command.remarked() }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  for (const [what, options, words] of [
    ['a tool with tasks', { plugins: { odd: tasked } }, /workers: is 2, and the tool odd_tool of plugin odd has tasks/],
    ['a plugin that changes', { plugins: { odd: changing } }, /workers: is 2, and plugin odd changes what it offers/],
    [
      'the embedded authorization server',
      { config: { authority: {}, authorizationServers: undefined } },
      /workers: is more than one process, and the embedded authorization server/,
    ],
  ] as const) {
    it(`does not start with ${what}, and check says so too`, async () => {
      for (const line of ['serve', 'check']) {
        const { code, printed, remarked } = await run(line, options)
        expect(code).to.equal(1)
        expect(printed + remarked).to.match(words)
      }
    })
  }

  it('does not start if one of them ends before it serves, and says how', async () => {
    const leaving = plugin('setup: () => process.exit(3)')
    const { code, remarked } = await run('serve', { plugins: { odd: leaving } })
    expect(code).to.equal(1)
    expect(remarked).to.include('toolgate: workers: a worker ended before it served: exit code 3.')
  })

  it('is no matter of dev, which runs one process and says so', async () => {
    const { folder } = await workersFolder(issuer, {})
    const command = toolgateIn(folder, 'dev --json')
    try {
      const { warnings, workers } = JSON.parse(await command.line('"url"')) as Record<string, unknown>
      expect(workers).to.equal(undefined)
      expect(String(warnings)).to.include('workers is 2, and this is one process')
    } finally {
      command.signalGroup('SIGKILL')
      await command.ended
      await rm(folder, { recursive: true, force: true })
    }
  })

  it('does not start with a broken plugin, in the words of one process', async () => {
    const told = async (workers: number) => {
      const { code, remarked } = await run('serve', { plugins: { odd: broken }, config: { workers } })
      expect(code).to.equal(1)
      return remarked.split('\n').filter((line) => line.startsWith('toolgate:'))
    }
    const alone = await told(1)
    expect(alone).to.have.lengthOf(1)
    expect(await told(2)).to.deep.equal(alone)
  })
})
