import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { ToolError, type PluginSetup } from '@toolgate/plugin'
import { callTool, rejectionOf, setUpPlugin, toolContext } from '../../../test/support/tool-context.ts'
import plugin from '../src/index.ts'

const settings = {
  root: './files',
  readBytes: 1_024,
  writeBytes: 4_096,
  searchEntries: 1_000,
  searchBytes: 1_048_576,
}

describe('the files plugin', () => {
  let base: string
  let root: string
  let outside: string
  let files: PluginSetup

  beforeEach(async () => {
    base = await realpath(await mkdtemp(join(tmpdir(), 'files-')))
    outside = join(base, 'outside')
    root = join(base, 'data/files')
    await mkdir(outside)
    await mkdir(join(base, 'data'))
    await writeFile(join(outside, 'secret.txt'), 'secret')
    files = await setUpPlugin(plugin, { dataFolder: join(base, 'data'), settings })
  })

  afterEach(() => rm(base, { recursive: true }))

  const list = (args: Readonly<Record<string, unknown>> = {}) =>
    callTool(files, 'files_list', { path: '.', limit: 200, ...args })
  const read = (path: string, offset = 0) => callTool(files, 'files_read', { path, offset })
  const write = (path: string, content: string, args: Readonly<Record<string, unknown>> = {}) =>
    callTool(files, 'files_write', { path, content, encoding: 'utf8', overwrite: false, ...args })
  const search = (query: string, args: Readonly<Record<string, unknown>> = {}) =>
    callTool(files, 'files_search', { query, path: '.', ignoreCase: false, limit: 50, ...args })
  const refusal = async (promise: Promise<unknown>) => {
    const error = await rejectionOf(promise)
    expect(error).to.be.instanceOf(ToolError)
    expect(error.message).not.to.contain(base)
    return error.message
  }

  it('makes its folder in the data folder, for its owner alone', async () => {
    expect((await stat(root)).mode & 0o777).to.equal(0o700)
    expect(await list()).to.deep.equal({ entries: [] })
  })

  it('asks one scope to read, another to write, and one more to overwrite', () => {
    expect(Object.fromEntries((files.tools ?? []).map((tool) => [tool.name, [tool.scopes, tool.when]]))).to.deep.equal({
      files_list: [['files:read'], undefined],
      files_read: [['files:read'], undefined],
      files_search: [['files:read'], undefined],
      files_write: [
        ['files:write'],
        [
          {
            arguments: { type: 'object', properties: { overwrite: { const: true } }, required: ['overwrite'] },
            scopes: ['files:overwrite'],
          },
        ],
      ],
    })
  })

  describe('a path or link that leads out', () => {
    const paths = [
      '../outside/secret.txt',
      'a/../../outside/secret.txt',
      '/etc/passwd',
      '..',
      'a\\..\\b',
      'a\0b',
      '\ud800',
    ]
    for (const path of paths) {
      it(`is refused for ${JSON.stringify(path)} by every tool`, async () => {
        await refusal(read(path))
        await refusal(list({ path }))
        await refusal(search('secret', { path }))
        await refusal(write(path, 'x', { overwrite: true }))
      })
    }

    it('is refused for a link to a file', async () => {
      await symlink(join(outside, 'secret.txt'), join(root, 'link.txt'))
      expect(await refusal(read('link.txt'))).to.contain('leads out')
      await refusal(write('link.txt', 'x'))
      await refusal(write('link.txt', 'x', { overwrite: true }))
      expect(await readFile(join(outside, 'secret.txt'), 'utf8')).to.equal('secret')
      expect(await search('secret')).to.deep.equal({ matches: [], filesSearched: 0, complete: true })
    })

    it('is refused for a link as a parent', async () => {
      await symlink(outside, join(root, 'folder'))
      expect(await refusal(read('folder/secret.txt'))).to.contain('leads out')
      expect(await refusal(list({ path: 'folder' }))).to.contain('leads out')
      expect(await refusal(search('secret', { path: 'folder' }))).to.contain('leads out')
      expect(await refusal(write('folder/new.txt', 'x'))).to.contain('leads out')
      expect(await refusal(write('folder/deep/new.txt', 'x'))).to.contain('leads out')
      expect(await search('secret')).to.deep.equal({ matches: [], filesSearched: 0, complete: true })
      expect(await readdir(outside)).to.deep.equal(['secret.txt'])
    })

    it('is refused for a link to nothing, as a file and as a parent', async () => {
      await symlink(join(outside, 'new.txt'), join(root, 'dangling'))
      await refusal(read('dangling'))
      await refusal(write('dangling', 'x'))
      await refusal(write('dangling', 'x', { overwrite: true }))
      await refusal(write('dangling/new.txt', 'x'))
      expect(await readdir(outside)).to.deep.equal(['secret.txt'])
    })

    it('is refused for a chain of links', async () => {
      await symlink(outside, join(root, 'one'))
      await symlink('one', join(root, 'two'))
      await refusal(read('two/secret.txt'))
      await refusal(write('two/new.txt', 'x'))
    })

    it('is refused for a link to a sibling that begins with the name of the root', async () => {
      await mkdir(`${root}-2`)
      await writeFile(join(`${root}-2`, 'secret.txt'), 'secret')
      await symlink(`${root}-2`, join(root, 'link'))
      await refusal(read('link/secret.txt'))
    })

    it('is told from a link that stays inside, which is followed to read', async () => {
      await write('a/b.txt', 'inside')
      await symlink('a', join(root, 'link'))
      await symlink('a/b.txt', join(root, 'link.txt'))
      expect(await read('link/b.txt')).to.include({ content: 'inside' })
      expect(await read('link.txt')).to.include({ content: 'inside' })
      expect(await refusal(write('link.txt', 'x', { overwrite: true }))).to.contain('link')
    })
  })

  describe('files_list', () => {
    it('names files, folders, links and what else there is, without following', async () => {
      await write('b.txt', 'four')
      await mkdir(join(root, 'a'))
      await symlink(outside, join(root, 'link'))
      execFileSync('mkfifo', [join(root, 'pipe')])
      const { entries } = (await list()) as { entries: Record<string, unknown>[] }
      expect(entries.map(({ name, type, size }) => [name, type, size])).to.deep.equal([
        ['a', 'folder', undefined],
        ['b.txt', 'file', 4],
        ['link', 'link', undefined],
        ['pipe', 'other', undefined],
      ])
      expect(entries[0]?.['modifiedAt']).to.match(/^\d{4}-\d\d-\d\dT.*Z$/)
    })

    it('gives every entry once over its pages', async () => {
      for (const name of ['c', 'a', 'e', 'b', 'd']) await write(name, '')
      const names: unknown[] = []
      let cursor: string | undefined
      do {
        const page = (await list({ limit: 2, ...(cursor && { cursor }) })) as {
          entries: { name: string }[]
          nextCursor?: string
        }
        names.push(page.entries.map(({ name }) => name))
        cursor = page.nextCursor
      } while (cursor !== undefined)
      expect(names).to.deep.equal([['a', 'b'], ['c', 'd'], ['e']])
    })

    it('says what is no folder, or is not there', async () => {
      await write('a.txt', '')
      expect(await refusal(list({ path: 'a.txt' }))).to.equal('This is not a folder.')
      expect(await refusal(list({ path: 'none' }))).to.equal('There is no such file or folder.')
    })
  })

  describe('files_read', () => {
    it('answers text as it is', async () => {
      await write('a.txt', '\ufeffgrüße\r\n')
      expect(await read('a.txt')).to.deep.equal({ content: '\ufeffgrüße\r\n', encoding: 'utf8', size: 12 })
    })

    it('answers an empty file', async () => {
      await write('a.txt', '')
      expect(await read('a.txt')).to.deep.equal({ content: '', encoding: 'utf8', size: 0 })
    })

    for (const bytes of [Buffer.from([0x61, 0, 0x62]), Buffer.from([0xff, 0xfe]), Buffer.from([0x61, 0xc3])]) {
      it(`answers ${bytes.toString('hex')}, which is no text, as base64`, async () => {
        await writeFile(join(root, 'x'), bytes)
        expect(await read('x')).to.deep.equal({
          content: bytes.toString('base64'),
          encoding: 'base64',
          size: bytes.length,
        })
      })
    }

    it('answers a long file in parts that cut no character', async () => {
      const text = 'aß€😀'.repeat(300)
      await write('a.txt', text)
      let whole = ''
      let offset: number | undefined = 0
      let parts = 0
      while (offset !== undefined) {
        const part = (await read('a.txt', offset)) as { content: string; encoding: string; nextOffset?: number }
        expect(part.encoding).to.equal('utf8')
        expect(Buffer.byteLength(part.content)).to.be.at.most(1_024)
        whole += part.content
        offset = part.nextOffset
        parts++
      }
      expect(whole).to.equal(text)
      expect(parts).to.equal(3)
    })

    it('refuses a folder, the root, a pipe, what is not there and an offset beyond the end', async () => {
      await write('a/b.txt', 'x')
      execFileSync('mkfifo', [join(root, 'pipe')])
      expect(await refusal(read('a'))).to.contain('folder')
      expect(await refusal(read('.'))).to.contain('folder')
      expect(await refusal(read('pipe'))).to.contain('not a regular file')
      expect(await refusal(read('none.txt'))).to.contain('no such file')
      expect(await refusal(read('a/b.txt/c'))).to.contain('not a folder')
      expect(await refusal(read('a/b.txt', 2))).to.contain('beyond its end')
    })
  })

  describe('files_write', () => {
    it('writes a new file of mode 0600 and the folders on the way', async () => {
      expect(await write('a/b/c.txt', 'grüße')).to.deep.equal({ size: 7, replaced: false })
      expect(await readFile(join(root, 'a/b/c.txt'), 'utf8')).to.equal('grüße')
      expect((await stat(join(root, 'a/b/c.txt'))).mode & 0o777).to.equal(0o600)
      expect(await readdir(join(root, 'a/b'))).to.deep.equal(['c.txt'])
    })

    it('writes bytes from base64, and refuses what is none', async () => {
      await write('x', 'AP8=', { encoding: 'base64' })
      expect([...(await readFile(join(root, 'x')))]).to.deep.equal([0, 255])
      await refusal(write('y', 'AP8', { encoding: 'base64' }))
      await refusal(write('y', 'not base64!', { encoding: 'base64' }))
      await refusal(write('y', '\ud800'))
    })

    it('leaves an existing file alone without overwrite', async () => {
      await write('a.txt', 'old')
      expect(await refusal(write('a.txt', 'new'))).to.contain('overwrite')
      expect(await readFile(join(root, 'a.txt'), 'utf8')).to.equal('old')
      expect(await readdir(root)).to.deep.equal(['a.txt'])
    })

    it('replaces an existing file with overwrite, and keeps its mode', async () => {
      await write('a.txt', 'old')
      await chmod(join(root, 'a.txt'), 0o640)
      expect(await write('a.txt', 'new', { overwrite: true })).to.deep.equal({ size: 3, replaced: true })
      expect(await readFile(join(root, 'a.txt'), 'utf8')).to.equal('new')
      expect((await stat(join(root, 'a.txt'))).mode & 0o777).to.equal(0o640)
    })

    it('lets one of many who create the same file win', async () => {
      const settled = await Promise.allSettled(Array.from({ length: 8 }, (_, n) => write('a.txt', `content ${n}`)))
      expect(settled.filter(({ status }) => status === 'fulfilled')).to.have.length(1)
      const winner = settled.findIndex(({ status }) => status === 'fulfilled')
      expect(await readFile(join(root, 'a.txt'), 'utf8')).to.equal(`content ${winner}`)
      expect(await readdir(root)).to.deep.equal(['a.txt'])
    })

    it('refuses the root, a folder and too many bytes', async () => {
      await mkdir(join(root, 'a'))
      expect(await refusal(write('.', 'x'))).to.contain('path of a file')
      expect(await refusal(write('a/', 'x'))).to.contain('path of a file')
      expect(await refusal(write('a', 'x', { overwrite: true }))).to.contain('folder')
      expect(await refusal(write('b', 'ß'.repeat(2_049)))).to.contain('4096 are allowed')
    })

    it('leaves nothing behind when the call is aborted', async () => {
      const context = toolContext({ signal: AbortSignal.abort() })
      const args = { path: 'a.txt', content: 'x', encoding: 'utf8', overwrite: false }
      expect((await rejectionOf(callTool(files, 'files_write', args, context))).name).to.equal('AbortError')
      expect(await readdir(root)).to.deep.equal([])
    })
  })

  describe('files_search', () => {
    it('finds lines by literal text, files of a folder before its folders', async () => {
      await write('b/c.txt', 'one\r\ntwo a.b\nthree a.b')
      await write('z.txt', 'a.b')
      await write('a.txt', 'axb')
      expect(await search('a.b')).to.deep.equal({
        matches: [
          { path: 'z.txt', line: 1, text: 'a.b' },
          { path: 'b/c.txt', line: 2, text: 'two a.b' },
          { path: 'b/c.txt', line: 3, text: 'three a.b' },
        ],
        filesSearched: 3,
        complete: true,
      })
    })

    it('searches below one folder, with or without case', async () => {
      await write('a/x.txt', 'Grüße')
      await write('b/x.txt', 'Grüße')
      expect(await search('GRÜSSE', { ignoreCase: true })).to.deep.include({ matches: [] })
      expect(await search('GRÜ', { path: 'b', ignoreCase: true })).to.deep.include({
        matches: [{ path: 'b/x.txt', line: 1, text: 'Grüße' }],
      })
      expect(await search('GRÜ')).to.deep.include({ matches: [] })
    })

    it('shows what surrounds a match in a long line', async () => {
      await write('a.txt', `${'x'.repeat(1_000)}needle${'y'.repeat(1_000)}`)
      const { matches } = (await search('needle')) as { matches: { text: string }[] }
      expect(matches[0]?.text)
        .to.match(/^…x{60}needley+…$/)
        .and.have.length(242)
    })

    it('passes over binary and long files', async () => {
      await writeFile(join(root, 'binary'), 'needle\0')
      await writeFile(join(root, 'long'), `needle${'x'.repeat(1_048_576)}`)
      expect(await search('needle')).to.deep.equal({ matches: [], filesSearched: 0, complete: true })
    })

    it('says that it is not complete when a bound ends it', async () => {
      for (const name of ['a', 'b', 'c']) await write(name, 'needle\nneedle')
      expect(await search('needle', { limit: 5 })).to.deep.include({ complete: false, filesSearched: 3 })
      expect(await search('needle', { limit: 6 })).to.deep.include({ complete: true })
      for (const bound of [{ searchEntries: 2 }, { searchBytes: 20 }]) {
        files = await setUpPlugin(plugin, { dataFolder: join(base, 'data'), settings: { ...settings, ...bound } })
        expect(await search('none')).to.deep.include({ complete: false })
      }
    })

    it('refuses a line break in the query, and a path that is no folder', async () => {
      await write('a.txt', 'x')
      await refusal(search('a\nb'))
      expect(await refusal(search('x', { path: 'a.txt' }))).to.contain('not a folder')
      expect(await refusal(search('x', { path: 'none' }))).to.contain('no such')
    })

    it('stops when the call is aborted', async () => {
      for (let n = 0; n < 50; n++) await write(`f${n}`, 'x')
      const controller = new AbortController()
      const args = { query: 'x', path: '.', ignoreCase: false, limit: 50 }
      const call = callTool(files, 'files_search', args, toolContext({ signal: controller.signal }))
      setImmediate(() => controller.abort())
      expect((await rejectionOf(call)).name).to.equal('AbortError')
    })
  })
})
