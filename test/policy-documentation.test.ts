import { expect } from 'chai'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'

const repository = dirname(import.meta.dirname)
const run = promisify(execFile)

const page = await readFile(join(repository, 'docs/policy.md'), 'utf8')
const cases = [...page.matchAll(/^```console\n\$ npx (toolgate .+)\n([\s\S]*?)^```$/gm)].map(
  ([, command = '', output = '']) => ({
    command,
    output,
  }),
)

/** How long ago a sign-in was is another number at every run. */
const steady = (text: string) => text.replaceAll(/signed in \d+ seconds ago/g, 'signed in some seconds ago')

describe('docs/policy.md', () => {
  it('explains ten calls', () => {
    expect(cases.filter(({ command }) => command.startsWith('toolgate policy explain '))).to.have.lengthOf(10)
  })

  for (const { command, output } of cases) {
    it(`shows what is printed by ${command}`, async () => {
      const PATH = [join(repository, 'node_modules/.bin'), process.env.PATH].join(delimiter)
      const { stdout } = await run('sh', ['-c', command], { cwd: repository, env: { PATH, NODE_NO_WARNINGS: '1' } })
      expect(steady(stdout)).to.equal(steady(output))
      expect(stdout).to.not.include('\n\n\n')
    })
  }
})
