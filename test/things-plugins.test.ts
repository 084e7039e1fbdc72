import { expect } from 'chai'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { startTestHost, type TestHost } from './support/host.ts'
import { ask } from './support/things/ask.ts'
import { callTool, type WireAnswer } from './support/wire.ts'

const plugins = resolve(import.meta.dirname, '../plugins')

describe('the resources and prompts of notes and files', () => {
  let folder: string
  let host: TestHost
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'toolgate-things-'))
    await mkdir(join(folder, 'plugins'))
    await mkdir(join(folder, 'root', 'a b'), { recursive: true })
    await writeFile(join(folder, 'root', 'a b', 'text.txt'), 'Hello.')
    await writeFile(join(folder, 'root', 'bytes.bin'), Buffer.from([0, 255]))
    await writeFile(join(folder, 'root', 'large.txt'), 'x'.repeat(2_000))
    await writeFile(join(folder, 'outside.txt'), 'secret')
    await symlink(join(folder, 'outside.txt'), join(folder, 'root', 'link.txt'))
    for (const name of ['notes', 'files']) await symlink(join(plugins, name), join(folder, 'plugins', name))
    const settings = { files: { root: join(folder, 'root'), readBytes: 1_024 } }
    host = await startTestHost({
      plugins: join(folder, 'plugins'),
      config: { plugins: { folder: join(folder, 'plugins'), settings } },
    })
  })
  after(async () => {
    await host.close()
    await rm(folder, { recursive: true, force: true })
  })

  const token = (scope: string, subject = 'ada') => host.token(scope, { subject })
  const as = async (scope: string, method: string, params?: Readonly<Record<string, unknown>>, subject?: string) =>
    ask('2026-07-28', host.url, await token(scope, subject), method, params)
  const read = (scope: string, uri: string, subject?: string) => as(scope, 'resources/read', { uri }, subject)
  const urisOf = (answer: WireAnswer) => (answer.result().resources as { uri: string }[]).map(({ uri }) => uri)
  const valuesOf = (answer: WireAnswer) => (answer.result().completion as { values: readonly string[] }).values
  const create = async (title: string, body: string, isPrivate = false, subject?: string) => {
    const args = { title, body, private: isPrivate }
    const answer = await callTool('modern', host.url, await token('notes:write', subject), 'notes_create', args)
    return (answer.result().structuredContent as { id: string }).id
  }

  it('read a note by its URI, list it and complete its id, for its owner alone', async () => {
    const id = await create('Milk', 'Two litres.')
    const uri = `notes://note/${id}`
    expect((await read('notes:read', uri)).result().contents).to.deep.equal([
      { uri, mimeType: 'text/plain', text: 'Milk\n\nTwo litres.' },
    ])
    expect(urisOf(await as('notes:read', 'resources/list'))).to.include(uri)
    const ref = { type: 'ref/resource', uri: 'notes://note/{id}' }
    const params = { ref, argument: { name: 'id', value: id.slice(0, 8) } }
    expect(valuesOf(await as('notes:read', 'completion/complete', params))).to.deep.equal([id])

    expect((await read('notes:read', uri, 'bob')).error().message).to.equal('Resource not found')
    expect(urisOf(await as('notes:read', 'resources/list', {}, 'bob'))).to.deep.equal([])
    expect(valuesOf(await as('notes:read', 'completion/complete', params, 'bob'))).to.deep.equal([])
    expect((await read('files:read', uri)).status).to.equal(403)
  })

  it('guard a private note as the tools do', async () => {
    const id = await create('Diary', 'Dear diary.', true)
    const uri = `notes://note/${id}`
    const denied = await read('notes:read', uri)
    expect(denied.status).to.equal(403)
    expect(denied.headers['www-authenticate']).to.include('scope="notes:read notes:private"')
    expect((await read('notes:read notes:private', uri)).text).to.include('Dear diary.')
    expect((await as('notes:read', 'resources/list')).text).not.to.include('Dear diary')
    const prompt = { name: 'notes_summarize', arguments: { query: 'diary' } }
    expect((await as('notes:read notes:private', 'prompts/get', prompt)).text).not.to.include('Dear diary')
  })

  it('hand the notes that hold some words over in a prompt', async () => {
    const id = await create('Bread', 'From the bakery.')
    const answer = await as('notes:read', 'prompts/get', { name: 'notes_summarize', arguments: { query: 'bakery' } })
    const [question, note] = answer.result().messages as { content: Record<string, unknown> }[]
    expect(question?.content.text).to.include('bakery')
    expect(note?.content).to.deep.equal({
      type: 'resource',
      resource: { uri: `notes://note/${id}`, mimeType: 'text/plain', text: 'Bread\n\nFrom the bakery.' },
    })
    const none = await as('notes:read', 'prompts/get', { name: 'notes_summarize', arguments: { query: 'nothing' } })
    expect(none.error()).to.include({ code: -32005 })
  })

  it('read files under the root, text as it is and bytes as Base64', async () => {
    expect((await read('files:read', 'files:///a%20b/text.txt')).result().contents).to.deep.equal([
      { uri: 'files:///a%20b/text.txt', mimeType: 'text/plain', text: 'Hello.' },
    ])
    expect((await read('files:read', 'files:///bytes.bin')).result().contents).to.deep.equal([
      { uri: 'files:///bytes.bin', mimeType: 'application/octet-stream', blob: 'AP8=' },
    ])
    expect((await read('notes:read', 'files:///bytes.bin')).status).to.equal(403)
    expect((await read('files:read', 'files:///large.txt')).error().message).to.include('files_read')
  })

  it('list and complete files', async () => {
    expect(urisOf(await as('files:read', 'resources/list')).sort()).to.deep.equal([
      'files:///a%20b/text.txt',
      'files:///bytes.bin',
      'files:///large.txt',
    ])
    const complete = async (value: string) => {
      const ref = { type: 'ref/resource', uri: 'files:///{+path}' }
      return valuesOf(await as('files:read', 'completion/complete', { ref, argument: { name: 'path', value } }))
    }
    expect(await complete('')).to.deep.equal(['a b/', 'bytes.bin', 'large.txt'])
    expect(await complete('a b/te')).to.deep.equal(['a b/text.txt'])
    expect(await complete('none/')).to.deep.equal([])
  })

  it('let nothing leave the root, and tell a missing file from nothing else', async () => {
    for (const path of ['../outside.txt', 'a%20b/..%2F..%2Foutside.txt', '%2Fetc%2Fpasswd', 'link.txt']) {
      const answer = await read('files:read', `files:///${path}`)
      expect(answer.error().code, path).to.equal(-32005)
      expect(answer.text, path).not.to.include('secret')
      expect(answer.text, path).not.to.include(folder)
    }
    expect((await read('files:read', 'files:///none.txt')).error().message).to.equal('Resource not found')
  })
})
