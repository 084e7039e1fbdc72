import { callTool } from '../../../test/support/wire.ts'
import { expect } from 'chai'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serve, workingFolder, type WorkingFolder } from './support/working-folder.ts'

describe('toolgate audit query --subject', () => {
  let folder: WorkingFolder
  before(async () => {
    folder = await workingFolder()
  })
  after(() => folder[Symbol.asyncDispose]())

  async function found(subject: string): Promise<readonly string[]> {
    const { stdout, stderr, code } = await folder.run(['audit', 'query', '--subject', subject, '--json'])
    expect({ stderr, code }).to.deep.equal({ stderr: '', code: 0 })
    const records = stdout.split('\n').filter((line) => line !== '')
    return records.map((line) => {
      const { type, name, tool } = JSON.parse(line) as { type: string; name?: string; tool?: string }
      return [type, name ?? tool ?? ''].join(' ').trim()
    })
  }

  it('finds calls and events of a user of the embedded server, by name whatever its case, and calls by sub', async () => {
    await using _host = await serve(folder)
    for (const name of ['Ada', 'Bob']) {
      const args = ['user', 'add', name, '--scopes', 'hello:read', '--password-stdin']
      const { code, stderr } = await folder.run(args, 'correct horse battery\n')
      expect(code, stderr).to.equal(0)
    }
    const token = await folder.run(['token', '--user', 'Ada', '--scopes', 'hello:read'])
    const answer = await callTool('modern', folder.url, token.stdout.trim(), 'hello_greet', { name: 'x' })
    expect(answer.status).to.equal(200)
    const calls = ['decision hello_greet', 'outcome']
    const events = ['event user-added', 'event token-made']
    // The host writes down what other commands did when it comes round to it.
    for (let look = 0; look < 10 && (await found('ada')).length < calls.length + events.length; look += 1);
    expect(await found('ada')).to.have.members([...calls, ...events])
    expect(await found('Bob')).to.deep.equal(['event user-added'])
    const users = JSON.parse((await folder.run(['user', 'list', '--json'])).stdout) as Record<string, string>[]
    expect(await found(users.find(({ name }) => name === 'Ada')?.['subject'] ?? '')).to.deep.equal(calls)
    expect(await found('nobody')).to.deep.equal([])
  })

  it('only reads the users', async () => {
    const state = join(folder.path, '.toolgate')
    const before = [await readdir(state), await readFile(join(state, 'authority.db'))]
    expect(await found('ada')).to.have.length.greaterThan(2)
    expect([await readdir(state), await readFile(join(state, 'authority.db'))]).to.deep.equal(before)
  })

  it('says in its help what is matched', async () => {
    const { stdout } = await folder.run(['audit', 'query', '--help'])
    expect(stdout.replaceAll(/\s+/g, ' ')).to.include(
      'who called (sub of the token) or the user of an event; the name of a user of the embedded server finds both',
    )
  })
})
