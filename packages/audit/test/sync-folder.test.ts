import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { AuditError } from '../src/index.ts'
import { makeFolder } from '../src/make-folder.ts'
import { syncFolder } from '../src/sync-folder.ts'
import { createWorkspace, type Workspace } from './support/workspace.ts'

const writer = fileURLToPath(import.meta.resolve('./support/write-forever.ts'))

describe('syncFolder', () => {
  let workspace: Workspace

  beforeEach(() => {
    workspace = createWorkspace()
  })
  afterEach(() => {
    workspace.remove()
  })

  /** Node's own trace of what a writer did to files before its first record. */
  async function stepsToFirstRecord(): Promise<readonly string[]> {
    const trace = join(workspace.folder, 'trace.json')
    const flags = ['--trace-event-categories', 'node.fs.sync', '--trace-event-file-pattern', trace]
    await promisify(execFile)(process.execPath, [...flags, writer, workspace.folder, '1'])
    const { traceEvents } = JSON.parse(readFileSync(trace, 'utf8')) as { traceEvents: { name: string; ph: string }[] }
    const steps = traceEvents.filter(({ ph }) => ph === 'B').map(({ name }) => name.replace('fs.sync.', ''))
    return steps.slice(0, steps.indexOf('write') + 1).filter((step) => /^(?:open|rename|fsync|write)$/.test(step))
  }

  it('is done for the files’ folder before the first record, after they were made', async () => {
    mkdirSync(dirname(workspace.file))
    const steps = await stepsToFirstRecord()
    expect(steps.slice(-5)).to.deep.equal(['open', 'open', 'open', 'fsync', 'write'])
    expect(steps.filter((step) => step === 'fsync')).to.have.length(1)
  })

  it('is done for the folder in which a new folder was made', async () => {
    expect((await stepsToFirstRecord()).filter((step) => step === 'fsync')).to.have.length(2)
  })

  it('is done after a file was put aside', async () => {
    mkdirSync(dirname(workspace.file))
    writeFileSync(workspace.file, 'not ours')
    expect((await stepsToFirstRecord()).slice(-6)).to.deep.equal(['rename', 'open', 'open', 'open', 'fsync', 'write'])
  })

  it('refuses a folder that it cannot open', () => {
    expect(() => {
      syncFolder(join(workspace.folder, 'none'))
    })
      .to.throw(AuditError, 'ENOENT')
      .with.property('code', 'unwritable')
  })

  it('goes on where the file system cannot sync a folder', function () {
    if (!existsSync('/proc/self')) this.skip()
    syncFolder('/proc/self')
  })
})

describe('makeFolder', () => {
  it('makes every folder that is missing, for nobody else, and takes one that is there', async () => {
    const workspace = createWorkspace()
    const folders = [join(workspace.folder, 'a'), join(workspace.folder, 'a', 'b')]
    for (const _ of folders) await makeFolder(join(workspace.folder, 'a', 'b'))
    const modes = folders.map((folder) => (statSync(folder).mode & 0o777).toString(8))
    workspace.remove()
    expect(modes).to.deep.equal(['700', '700'])
  })
})
