import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { serve, workingFolder, type WorkingFolder } from './support/working-folder.ts'

describe('toolgate user and toolgate token', () => {
  let folder: WorkingFolder

  beforeEach(async () => {
    folder = await workingFolder()
  })

  afterEach(() => folder[Symbol.asyncDispose]())

  const add = (name: string, ...options: string[]) =>
    folder.run(['user', 'add', name, ...options, '--password-stdin'], 'correct horse battery\n')

  it('adds, lists, changes and removes', async () => {
    expect(await add('ada', '--scopes', 'hello:read, hello:write')).to.include({
      code: 0,
      stdout: 'Added ada, who may have hello:read hello:write.\n',
    })
    await add('bob', '--all-scopes')
    await folder.run(['user', 'scopes', 'ada', '--scopes', 'hello:read'])
    const { stdout } = await folder.run(['user', 'list', '--json'])
    const users = JSON.parse(stdout) as { name: string; scopes: unknown }[]
    expect(users.map(({ name, scopes }) => [name, scopes])).to.deep.equal([
      ['ada', ['hello:read']],
      ['bob', 'all'],
    ])
    expect((await folder.run(['user', 'list'])).stdout).to.match(/^bob +every scope +\d{4}-\d\d-\d\d/m)
    await folder.run(['user', 'remove', 'bob'])
    expect((await folder.run(['user', 'list'])).stdout).not.to.contain('bob')
  })

  it('shows a made password on a terminal alone', async () => {
    const { code, stdout, stderr } = await folder.run(['user', 'add', 'ada', '--all-scopes'])
    expect(code).to.equal(2)
    expect(stdout).to.equal('')
    expect(stderr).to.contain('shown on a terminal alone. Give one: --password-stdin.')
    expect(JSON.parse((await folder.run(['user', 'list', '--json'])).stdout)).to.deep.equal([])
  })

  it('wants to know what the user may do', async () => {
    for (const options of [[], ['--scopes', 'a', '--all-scopes'], ['--scopes', ' '], ['--scopes', 'a"b']]) {
      const { code, stderr } = await add('ada', ...options)
      expect(code, options.join(' ')).to.equal(2)
      expect(stderr).to.match(/^toolgate: .+\n$/)
    }
  })

  it('names a user who is not there, a weak password and a scope that is unknown', async () => {
    const nobody = await folder.run(['user', 'remove', 'zed'])
    expect(nobody).to.include({ code: 1, stdout: '' })
    expect(nobody.stderr).to.match(/^toolgate: There is no user "zed"\. .+\n$/)
    const weak = await folder.run(['user', 'add', 'ada', '--all-scopes', '--password-stdin'], 'short')
    expect(weak.code).to.equal(1)
    expect(weak.stderr).to.match(/^toolgate: A password has .+\n$/)
    const typo = await add('ada', '--scopes', 'hello:raed')
    expect(typo.code).to.equal(0)
    expect(typo.stderr).to.contain('describes no hello:raed')
  })

  it('acts on the next call of a running host, which audits it', async () => {
    await add('ada', '--all-scopes')
    await using _host = await serve(folder)
    const token = (await folder.run(['token', '--user', 'ada', '--scopes', 'hello:read'])).stdout.trim()
    const call = () => folder.run(['call', 'hello_greet', '{"name":"Ada"}', '--token', token])
    expect((await call()).stdout).to.equal('Hello, Ada!\n')
    await folder.run(['user', 'scopes', 'ada', '--scopes', 'hello:write'])
    expect((await call()).stderr).to.contain('does not accept this token')
    await folder.run(['user', 'scopes', 'ada', '--all-scopes'])
    expect((await call()).code).to.equal(0)
    await folder.run(['user', 'revoke', 'ada'])
    expect((await call()).stderr).to.contain('does not accept this token')

    await expectAudited('user-added', 'token-made', 'user-changed', 'grant-revoked')
    const tail = await folder.run(['audit', 'tail', '-n', '1'])
    expect(tail.stdout.trim().split('\n')).to.have.length(1)
    expect(tail.stdout).not.to.contain(token)
  })

  async function expectAudited(...names: string[]): Promise<void> {
    let seen: readonly string[] = []
    for (let attempt = 0; attempt < 10 && !names.every((name) => seen.includes(name)); attempt += 1) {
      const { stdout } = await folder.run(['audit', 'tail', '-n', '1000', '--json'])
      const records = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { name?: string })
      seen = records.flatMap(({ name }) => (name === undefined ? [] : [name]))
    }
    expect(seen).to.include.members(names)
  }

  it('follows the audit until it is interrupted', async () => {
    await add('ada', '--all-scopes')
    await using _host = await serve(folder)
    const token = (await folder.run(['token', '--user', 'ada', '--scopes', 'hello:read'])).stdout.trim()
    const child = folder.start('audit', 'tail', '--follow', '--json')
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    let text = ''
    let interrupted = false
    child.stdout.on('data', (part) => {
      text += String(part)
      // A second SIGINT would end the process by itself, as a second Ctrl+C should.
      if (interrupted || !text.includes('"outcome":"ok"')) return
      interrupted = child.kill('SIGINT')
    })
    await folder.run(['call', 'hello_greet', '{"name":"Ada"}', '--token', token])
    expect(await ended).to.equal(0)
  })

  it('makes no token that the user or the host has no scope for, nor for a time that is none', async () => {
    await add('ada', '--scopes', 'hello:read')
    const token = (...options: string[]) => folder.run(['token', '--user', 'ada', ...options])
    expect((await token('--scopes', 'hello:write')).stderr).to.match(/^toolgate: User ada may not hold hello:write\. /)
    expect((await token('--scopes', 'hello:nope')).stderr).to.match(/^toolgate: No tool has the scope "hello:nope"\. /)
    expect((await token('--scopes', 'hello:read', '--ttl', '1 hour')).code).to.equal(2)
    expect((await token('--scopes', 'hello:read', '--ttl', '400d')).code).to.equal(1)
    const made = await token('--scopes', 'hello:read', '--ttl', '15m', '--json')
    expect(JSON.parse(made.stdout)).to.include.keys('token', 'scopes', 'expires')
  })

  it('has no users when sign-in is by another authorization server', async () => {
    const file = join(folder.path, 'mcp.config.ts')
    const external = "authorizationServers: [{ issuer: 'https://login.example.com' }],"
    await writeFile(file, (await readFile(file, 'utf8')).replace('authority: {},', external))
    for (const args of [
      ['user', 'list'],
      ['token', '--user', 'ada', '--scopes', 'hello:read'],
    ]) {
      const { code, stderr } = await folder.run(args)
      expect(code).to.equal(1)
      expect(stderr).to.match(/^toolgate: this host has no users of its own: .+\n$/)
    }
  })

  it('looks for records, and tells a changed one', async () => {
    await add('ada', '--all-scopes')
    await using _host = await serve(folder)
    const token = (await folder.run(['token', '--user', 'ada', '--scopes', 'hello:read'])).stdout.trim()
    await folder.run(['call', 'hello_greet', '{"name":"Ada"}', '--token', token])
    const found = await folder.run(['audit', 'query', '--tool', 'hello_greet', '--since', '1h', '--json'])
    const types = found.stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type)
    expect(types).to.deep.equal(['decision', 'outcome'])
    expect((await folder.run(['audit', 'query', '--tool', 'hello_greet', '--until', '1h'])).stdout).to.equal('')
    expect(await folder.run(['audit', 'verify'])).to.include({ code: 0, stderr: '' })
    const file = join(folder.path, '.toolgate', 'audit.ndjson')
    await writeFile(file, (await readFile(file, 'utf8')).replace('hello_greet', 'hello_great'))
    const { code, stderr } = await folder.run(['audit', 'verify', file])
    expect(code).to.equal(1)
    expect(stderr).to.match(/^toolgate: audit.ndjson line \d+: record \d+ is not the one that was written there\n$/)
  })

  it('has no audit before the first start', async () => {
    const { code, stderr } = await folder.run(['audit', 'tail'])
    expect(code).to.equal(1)
    expect(stderr).to.match(/^toolgate: there is no audit at .+\. It begins when the host starts\.\n$/)
  })
})
