import { expect } from 'chai'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runMatrix, type MatrixReport } from './support/one-judge/matrix.ts'
import { methods } from './support/one-judge/method-paths.ts'
import { differenceLine } from './support/one-judge/probe.ts'
import { startSecondRule, type Seed } from './support/one-judge/second-rule.ts'
import { createWorld, type World } from './support/one-judge/world.ts'

/** Where requests come in, and the paths of the matrix that walk through each. */
const doors: Readonly<Record<string, string>> = {
  'mcp/exchange.ts': 'Streamable HTTP: every path of the matrix but the documents',
  'mcp/protocol-handler.ts': 'the same',
  'mcp/serve-mcp.ts': 'the same',
  'stdio/line-requests.ts': 'stdio: the path of that name',
}

describe('one judge', () => {
  let world: World
  before(async () => {
    world = await createWorld()
  })
  after(() => world.close())

  it('decides on every path, at every revision, for every token: the wire does what decide says', async () => {
    const { differences, requests } = await runMatrix(world)
    expect(requests).to.be.greaterThan(5_000)
    expectNone(differences)
  }).timeout(900_000)

  it('is told from a second rule before the host, and from nothing else', async () => {
    const second = await startSecondRule(world)
    try {
      // The whole crowd was asked above: of those who differ in a scope or two, a third is enough to tell the seeds from anything else.
      const callers = world.callers.filter(
        ({ broad, scopes }, index) => broad || (scopes.length === 1 && index % 3 === 0),
      )
      const { differences } = await runMatrix(world, second.origin, callers)
      const found = differences.map(({ tool, path, ...rest }) => keyOf({ ...rest, ...seededAs(tool, path) }))
      expect(new Set(second.seeds.map(({ tool }) => tool)).size, 'kinds of seeds').to.equal(6)
      expect([...new Set(found)].sort()).to.deep.equal([...new Set(second.seeds.map(keyOf))].sort())
    } finally {
      await second.close()
    }
  }).timeout(900_000)

  it('is asked for every method that the SDK has a schema for', () => {
    expect(methods).to.include.members(['tools/call', 'completion/complete', 'tasks/result', 'subscriptions/listen'])
    expect(methods.length).to.be.greaterThan(40)
  })

  it('has no door that the matrix does not know', async () => {
    const folder = join(import.meta.dirname, '../packages/core/src')
    const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'))
    const found: string[] = []
    for (const file of files) {
      const source = await readFile(join(folder, file), 'utf8')
      // The rooms behind authentication are a door to whoever calls them.
      if (/\b\w+Transport\b|\bnew (Mcp)?Server\(|\bawait answerEnvelope\(/.test(source)) {
        found.push(file.replaceAll('\\', '/'))
      }
    }
    expect(found.sort(), 'a new door needs its path in test/support/one-judge/paths.ts').to.deep.equal(
      Object.keys(doors).sort(),
    )
  })
})

function expectNone(differences: MatrixReport['differences']): void {
  if (differences.length === 0) return
  const lines = differences.slice(0, 100).map(differenceLine)
  throw new Error(`${String(differences.length)} differences between decide and the wire:\n${lines.join('\n')}`)
}

function keyOf({ tool, caller, revision, path }: Seed): string {
  return `${tool} | ${caller} | ${revision} | ${path}`
}

/** The seeds of a method are about no one tool. */
function seededAs(tool: string, path: string): { readonly tool: string; readonly path: string } {
  const method = / as (\S+)$/.exec(tool)?.[1]
  return method === undefined
    ? { tool, path: path.replace(/ (with a progress|with answers|in a session).*/, '') }
    : { tool: method, path: 'a method' }
}
