import { expect } from 'chai'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { runToolgate } from '../packages/cli/test/support/run-toolgate.ts'
import { startTestHost, type TestHost } from './support/host.ts'
import { callTool } from './support/wire.ts'

describe('the audit of a host that was killed amid a rotation, before the new file had its name', () => {
  let host: TestHost
  let requestId: string
  let records = 0
  before(async () => {
    host = await startTestHost()
    for (let count = 0; count < 5; count++) {
      await callTool('modern', host.url, await host.token('fixture:write'), 'fixture_write')
    }
    const denied = await callTool('modern', host.url, await host.token('fixture:read'), 'fixture_write')
    requestId = String(denied.error().data?.requestId)
    const folder = join(host.folder, '.toolgate')
    records = (await host.audit()).length
    renameSync(join(folder, 'audit.ndjson'), join(folder, 'audit-20260131T235959123Z.ndjson'))
  })
  after(() => host.close())

  const run = (...args: readonly string[]) => runToolgate(args, { folder: host.folder })

  it('is read by why', async () => {
    const { stdout, stderr, code } = await run('why', requestId)
    expect(code, stderr).to.equal(0)
    expect(stdout).to.include(requestId).and.include('fixture:write')
  })

  it('gives tail each record once, also if more are asked for than there are', async () => {
    const { stdout } = await run('audit', 'tail', '-n', String(records + 2), '--json')
    expect(stdout.trim().split('\n')).to.have.length(records)
  })

  it('is read by tail, to its last lines too, and by query', async () => {
    for (const args of [
      ['audit', 'tail'],
      ['audit', 'tail', '-n', '1'],
      ['audit', 'query', '--decision', 'deny'],
    ]) {
      const { stdout, stderr, code } = await run(...args, '--json')
      expect(code, stderr).to.equal(0)
      expect(stdout, args.join(' ')).to.include(requestId)
    }
  })
})
