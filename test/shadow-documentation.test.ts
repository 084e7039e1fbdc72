import type { DecisionRecord } from '@toolgate/audit'
import type { Config } from '@toolgate/config'
import { expect } from 'chai'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { runToolgate } from '../packages/cli/test/support/run-toolgate.ts'
import { startTestHost, temporaryFolder, type TestHost } from './support/host.ts'
import { callTool } from './support/wire.ts'

const repository = resolve(import.meta.dirname, '..')
const policyPage = await readFile(join(repository, 'docs/policy.md'), 'utf8')
const auditPage = await readFile(join(repository, 'docs/audit.md'), 'utf8')
const [, example = ''] = /^```ts\n((?:(?!^```)[\s\S])*?^ {2}shadow: \{[\s\S]*?)^```$/m.exec(policyPage) ?? []
const [, printed = ''] = /^```text\n\$ npx toolgate policy shadow\n([\s\S]*?)^```$/m.exec(policyPage) ?? []
const [, written = '{}'] = /^```json\n([\s\S]*?"would_deny"[\s\S]*?)^```$/m.exec(auditPage) ?? []

describe('the example of shadow rules in the documentation', () => {
  let host: TestHost

  /** What the page's configuration proposes. */
  async function proposed(): Promise<unknown> {
    const folder = await temporaryFolder()
    try {
      await writeFile(join(folder, 'example.ts'), example)
      const module = (await import(join(folder, 'example.ts'))) as { readonly default: Config }
      return module.default.shadow
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  before(async () => {
    host = await startTestHost({ plugins: join(repository, 'plugins'), config: { shadow: await proposed() } })
    const seconds = Math.floor(Date.now() / 1000)
    const calls = [
      ...Array.from({ length: 6 }, () => ['ada', 'editor', 'notes_delete', 'notes:read notes:write', 60] as const),
      ...Array.from({ length: 3 }, () => ['bob', 'assistant', 'notes_delete', 'notes:read notes:write', 7200] as const),
      ...Array.from({ length: 9 }, () => ['ada', 'editor', 'notes_list', 'notes:read', 60] as const),
      ...Array.from({ length: 4 }, () => ['bob', 'assistant', 'notes_list', 'notes:read', 7200] as const),
      ['eve', 'assistant', 'notes_delete', 'notes:admin', 60] as const,
    ]
    for (const [subject, clientId, tool, scope, age] of calls) {
      const token = await host.token(scope, { subject, claims: { client_id: clientId, auth_time: seconds - age } })
      await callTool('modern', host.url, token, tool, tool === 'notes_delete' ? { id: 'x' } : {})
    }
  })
  after(() => host.close())

  it('prints what the page shows', async () => {
    const { stdout, stderr, code } = await runToolgate(['policy', 'shadow'], { folder: host.folder })
    expect(stderr).to.equal('')
    expect(code).to.equal(0)
    expect(stdout).to.equal(printed)
  })

  it('leaves the record that the page of the audit shows', async () => {
    const isShown = (one: { readonly type: string }): one is DecisionRecord =>
      one.type === 'decision' && 'tool' in one && one.tool === 'notes_delete'
    const record = (await host.audit()).find(isShown)
    const shown = JSON.parse(written) as Partial<DecisionRecord>
    expect(shown).to.have.nested.property('shadow.effect', 'would_deny')
    expect(record).to.deep.include(shown)
  })

  it('is summed up for machines, and from a time on', async () => {
    const all = await runToolgate(['policy', 'shadow', '--json'], { folder: host.folder })
    expect(JSON.parse(all.stdout)).to.have.nested.property('[0].missing[0].scope', 'notes:admin')
    const later = await runToolgate(['policy', 'shadow', '--since', '2999-01-01'], { folder: host.folder })
    expect(later.stdout).to.equal('No call in the audit met a requirement under shadow.\n')
    const wrong = await runToolgate(['policy', 'shadow', '--since', 'soon'], { folder: host.folder })
    expect(wrong.code).to.equal(2)
    expect(wrong.stderr).to.match(/^toolgate: "soon" is no point in time\./)
  })
})
