import { expect } from 'chai'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { runToolgate } from '../packages/cli/test/support/run-toolgate.ts'
import { startRepositoryHost, type RepositoryHost } from './support/repository-host.ts'

const repository = dirname(import.meta.dirname)
const page = await readFile(join(repository, 'docs/doctor.md'), 'utf8')
const cases = [...page.matchAll(/^```console\n\$ npx toolgate (.+)\n([\s\S]*?)^```$/gm)]

describe('docs/doctor.md', () => {
  let host: RepositoryHost
  before(async () => {
    host = await startRepositoryHost()
  })
  after(() => host.close())

  it('shows a visit without a fault, and one with', () => {
    expect(cases).to.have.lengthOf(2)
  })

  for (const [, command = '', output = ''] of cases) {
    it(`shows what is printed by toolgate ${command}`, async () => {
      const { port } = new URL(host.url)
      const args = command.replace(':8787', `:${port}`).split(' ')
      const { code, stdout } = await runToolgate(args, { folder: repository, environment: { PORT: port } })
      expect(stdout.replaceAll(`:${port}`, ':8787')).to.equal(output)
      expect(code).to.equal(output.includes('\nfault ') ? 1 : 0)
    })
  }
})
