import { mkdir, mkdtemp, open, readdir, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { rejectionOf } from '../../../test/support/tool-context.ts'
import { assertInside, openFolder } from '../src/folder.ts'
import { openFileIn } from '../src/open-file.ts'
import { openRoot, type Root } from '../src/root.ts'
import { writeAtomically } from '../src/write-atomically.ts'

describe('a folder that changes while it is used', () => {
  let base: string
  let root: Root

  beforeEach(async () => {
    base = await realpath(await mkdtemp(join(tmpdir(), 'files-')))
    await mkdir(join(base, 'root/a'), { recursive: true })
    await mkdir(join(base, 'outside'))
    await writeFile(join(base, 'root/a/x.txt'), 'inside')
    await writeFile(join(base, 'outside/x.txt'), 'outside')
    root = openRoot(base, join(base, 'root'))
  })

  afterEach(() => rm(base, { recursive: true }))

  const swapForLink = async () => {
    await rename(join(base, 'root/a'), join(base, 'root/moved'))
    await symlink(join(base, 'outside'), join(base, 'root/a'))
  }
  const roots = {
    'with open files shown by the kernel': () => root,
    without: () => ({ ...root, descriptors: undefined }),
  }

  for (const [how, rootOf] of Object.entries(roots)) {
    describe(how, () => {
      it('reads nothing from outside when a link takes its place after it was opened', async () => {
        await using folder = await openFolder(rootOf(), join(base, 'root/a'))
        await swapForLink()
        expect((await rejectionOf(openFileIn(rootOf(), folder, 'x.txt'))).message).to.contain('leads out')
      })

      it('writes nothing outside when a link takes its place after it was opened', async () => {
        await using folder = await openFolder(rootOf(), join(base, 'root/a'))
        await swapForLink()
        const request = { bytes: Buffer.from('new'), overwrite: true, signal: new AbortController().signal }
        expect((await rejectionOf(writeAtomically(rootOf(), folder, 'y.txt', request))).message).to.contain('leads out')
        expect(await readdir(join(base, 'outside'))).to.deep.equal(['x.txt'])
      })

      it('refuses an open file that is another than its path names', async () => {
        await using outside = await open(join(base, 'outside/x.txt'))
        expect((await rejectionOf(assertInside(rootOf(), outside, join(base, 'root/a/x.txt')))).message).to.contain(
          'leads out',
        )
        expect((await rejectionOf(assertInside(rootOf(), outside, join(base, 'outside/x.txt')))).message).to.contain(
          'leads out',
        )
      })

      it('opens what stayed where it was', async () => {
        await using folder = await openFolder(rootOf(), join(base, 'root/a'))
        await using handle = await openFileIn(rootOf(), folder, 'x.txt')
        expect(await handle.readFile('utf8')).to.equal('inside')
      })
    })
  }
})
