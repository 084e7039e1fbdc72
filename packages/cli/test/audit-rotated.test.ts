import { openAudit } from '@toolgate/audit'
import { expect } from 'chai'
import { rm, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { workingFolder, type WorkingFolder } from './support/working-folder.ts'

describe('toolgate audit, of an audit that was rotated', () => {
  let folder: WorkingFolder
  let state: string

  beforeEach(async () => {
    folder = await workingFolder()
    state = join(folder.path, '.toolgate')
    const quiet = () => undefined
    const audit = await openAudit({
      file: join(state, 'audit.ndjson'),
      keyFile: join(state, 'audit.key'),
      durability: 'process',
      rotate: { bytes: 16_384, keep: 2 },
      logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    })
    for (let index = 1; index <= 400; index++) audit.event({ name: `event-${String(index)}` })
    await audit.close()
  })
  afterEach(() => folder[Symbol.asyncDispose]())

  it('tail and query read across files', async () => {
    const namesOf = ({ stdout }: { readonly stdout: string }) =>
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { name: string }).name)
        .filter((name) => name.startsWith('event-'))
    const expected = Array.from({ length: 60 }, (_, index) => `event-${String(341 + index)}`)
    expect(namesOf(await folder.run(['audit', 'tail', '-n', '90', '--json'])).slice(-60)).to.deep.equal(expected)
    expect(namesOf(await folder.run(['audit', 'query', '--json'])).slice(-60)).to.deep.equal(expected)
  })

  it('verify says up to where the beginning was removed, and tells that from theft', async () => {
    const { code, stdout, stderr } = await folder.run(['audit', 'verify'])
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' })
    expect(stdout).to.match(/^Records 1 to \d+ were removed by rotation, as the audit says\.\n/)
    const [oldest = ''] = (await readdir(state)).filter((name) => name.startsWith('audit-')).sort()
    await rm(join(state, oldest))
    const stolen = await folder.run(['audit', 'verify'])
    expect(stolen.code).to.equal(1)
    expect(stolen.stderr).to.match(/^toolgate: records 1 to \d+ are missing\n$/)
  })
})
