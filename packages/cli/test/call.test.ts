import { once } from 'node:events'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'chai'
import { finished, type Finished } from './support/run-toolgate.ts'
import { signIn, type Person } from './support/sign-in.ts'
import { serve, workingFolder, type ServedHost, type WorkingFolder } from './support/working-folder.ts'

const password = 'correct horse battery'

interface Called extends Finished {
  /** The scopes of each sign-in. */
  readonly asked: readonly string[]
  /** The page that each sign-in ended with. */
  readonly pages: readonly string[]
}

describe('toolgate call', () => {
  let folder: WorkingFolder
  let host: ServedHost

  before(async () => {
    folder = await workingFolder()
    await folder.run(['user', 'add', 'ada', '--all-scopes', '--password-stdin'], password)
    host = await serve(folder)
  })

  after(async () => {
    await host[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  afterEach(() => folder.run(['call', '--sign-out']))

  /** Runs a call; a person signs in whenever an address is printed. */
  async function callAs(person: Person, ...args: string[]): Promise<Called> {
    const child = folder.start('call', ...args)
    const asked: string[] = []
    const pages: string[] = []
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (!line.startsWith('  http')) return
      asked.push(new URL(line.trim()).searchParams.get('scope') ?? '')
      void signIn(line.trim(), person).then((html) => pages.push(html))
    })
    return { ...(await finished(child)), asked, pages }
  }

  async function tokenFor(...scopes: string[]): Promise<string> {
    return (await folder.run(['token', '--user', 'ada', '--scopes', scopes.join(' ')])).stdout.trim()
  }

  it('signs in, calls, steps up for a tool that writes, and keeps the sign-in', async () => {
    const ada = { user: 'ada', password }
    const first = await callAs(ada, 'hello_greet', '{"name":"Ada"}')
    expect(first).to.include({ code: 0, stdout: 'Hello, Ada!\n' })
    expect(first.asked).to.deep.equal(['hello:read'])
    expect(first.pages[0]).to.contain('<h1>Signed in</h1>').and.to.contain('the terminal')

    const second = await callAs(ada, 'hello_sign_guest_book', '{"line":"I was here"}')
    expect(second).to.include({ code: 0, stdout: 'Signed.\n' })
    expect(second.asked.map((scopes) => scopes.split(' ').sort())).to.deep.equal([['hello:read', 'hello:write']])

    const third = await callAs(ada, 'hello_sign_guest_book', '{"line":"again"}')
    expect(third).to.include({ code: 0, stdout: 'Signed.\n' })
    expect(third.asked).to.deep.equal([])
  })

  it('keeps tokens in a file of mode 0600 in a folder of mode 0700, until --sign-out', async () => {
    await callAs({ user: 'ada', password }, 'hello_greet', '{"name":"Ada"}')
    const place = join(folder.path, '.config', 'toolgate', 'sign-ins')
    const [file = ''] = await readdir(place)
    expect((await stat(join(place, file))).mode & 0o777).to.equal(0o600)
    expect((await stat(place)).mode & 0o777).to.equal(0o700)
    expect(JSON.parse(await readFile(join(place, file), 'utf8'))).to.have.nested.property('tokens.access_token')
    await folder.run(['call', '--sign-out'])
    expect(await readdir(place)).to.deep.equal([])
  })

  it('registers anew at a host that was set up anew since', async () => {
    const ada = { user: 'ada', password }
    await callAs(ada, 'hello_greet', '{"name":"Ada"}')
    const place = join(folder.path, '.config', 'toolgate', 'sign-ins')
    const file = join(place, (await readdir(place))[0] ?? '')
    const { tokens: _gone, ...kept } = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>
    await writeFile(file, JSON.stringify({ ...kept, client: { client_id: 'of-the-host-before' } }))
    const { code, stdout, asked } = await callAs(ada, 'hello_greet', '{"name":"Ada"}')
    expect({ code, stdout, asked }).to.deep.equal({ code: 0, stdout: 'Hello, Ada!\n', asked: ['hello:read'] })
  })

  it('ends with the sentence of the host when the user leaves the scope out', async () => {
    const ada = { user: 'ada', password, ticked: ['hello:read'] }
    const { code, stderr, asked } = await callAs(ada, 'hello_sign_guest_book', '{"line":"x"}')
    expect(code).to.equal(1)
    expect(asked.length).to.be.lessThan(3)
    expect(stderr).to.match(/toolgate: hello_sign_guest_book needs the scope hello:write/)
  })

  it('follows a challenge for a recent sign-in, once', async () => {
    const fresh = await workingFolder()
    const config = join(fresh.path, 'mcp.config.ts')
    const text = await readFile(config, 'utf8')
    await writeFile(
      config,
      text.replace("visibility: 'listed'", "visibility: 'listed', requires: { maxAgeSeconds: 300 }"),
    )
    await fresh.run(['user', 'add', 'ada', '--all-scopes', '--password-stdin'], password)
    const running = await serve(fresh)
    try {
      const call = ['hello_sign_guest_book', '{"line":"x"}']
      const token = (await fresh.run(['token', '--user', 'ada', '--scopes', 'hello:write hello:read'])).stdout.trim()
      const refused = await fresh.run(['call', ...call, '--token', token])
      expect(refused).to.include({ code: 1, stdout: '' })
      expect(refused.stderr).to.match(/^toolgate: hello_sign_guest_book needs a sign-in of the last 300 seconds: /)

      const addresses: URL[] = []
      const child = fresh.start('call', 'hello_greet', '{"name":"Ada"}')
      createInterface({ input: child.stderr }).on('line', (line) => {
        if (line.startsWith('  http')) void signIn(line.trim(), { user: 'ada', password })
      })
      expect(await finished(child)).to.include({ code: 0 })
      const place = join(fresh.path, '.config', 'toolgate', 'sign-ins')
      const file = join(place, (await readdir(place))[0] ?? '')
      const kept = JSON.parse(await readFile(file, 'utf8')) as { readonly tokens: object }
      await writeFile(file, JSON.stringify({ ...kept, tokens: { ...kept.tokens, access_token: token } }))
      const again = fresh.start('call', ...call)
      createInterface({ input: again.stderr }).on('line', (line) => {
        if (!line.startsWith('  http')) return
        addresses.push(new URL(line.trim()))
        void signIn(line.trim(), { user: 'ada', password })
      })
      expect(await finished(again)).to.include({ code: 0, stdout: 'Signed.\n' })
      expect(addresses.map(({ searchParams }) => searchParams.get('max_age'))).to.deep.equal(['300'])
    } finally {
      await running[Symbol.asyncDispose]()
      await fresh[Symbol.asyncDispose]()
    }
  })

  it('takes a token instead, and never opens a sign-in with one', async () => {
    const token = await tokenFor('hello:read')
    const allowed = await folder.run(['call', 'hello_greet', '{"name":"Ada"}', '--token', token])
    expect(allowed).to.deep.equal({ code: 0, stdout: 'Hello, Ada!\n', stderr: '' })
    const denied = await folder.run(['call', 'hello_sign_guest_book', '{"line":"x"}', '--token', token])
    expect(denied.code).to.equal(1)
    expect(denied.stderr).to.match(/^toolgate: hello_sign_guest_book needs the scope hello:write, .+\n$/)
  })

  it('reads token and arguments from environment and standard input', async () => {
    const token = await tokenFor('hello:read')
    const { stdout } = await folder.run(['call', 'hello_greet', '-', '--json'], '{"name":"Ada"}', {
      TOOLGATE_TOKEN: token,
    })
    expect(JSON.parse(stdout)).to.have.deep.property('content', [{ type: 'text', text: 'Hello, Ada!' }])
  })

  it('names a token that is refused, an unknown tool and wrong arguments', async () => {
    const token = await tokenFor('hello:read')
    const refused = await folder.run(['call', 'hello_greet', '--token', 'nonsense'])
    expect(refused).to.have.property('code', 1)
    expect(refused.stderr)
      .to.match(/^toolgate: .+ does not accept this token\. .+\n$/)
      .and.not.to.contain('nonsense')
    const unknown = await folder.run(['call', 'nope', '--token', token])
    expect(unknown.code).to.equal(1)
    expect(unknown.stderr).to.match(/^toolgate: .*Unknown tool: nope\. toolgate call --list .+\n$/)
    const wrong = await folder.run(['call', 'hello_greet', '{"nam":"Ada"}', '--token', token])
    expect(wrong.code).to.equal(1)
    expect(wrong.stderr).to.match(/^toolgate: hello_greet reports a failure: .+; .+\n$/)
  })

  for (const text of ['{nam', '[]', '"x"', 'null']) {
    it(`takes no ${text} for arguments`, async () => {
      const { code, stderr } = await folder.run(['call', 'hello_greet', text, '--token', 'x'])
      expect(code).to.equal(2)
      expect(stderr).to.match(/^toolgate: the arguments are .+ Write an object in single quotes: .+\n$/)
    })
  }

  it('lists the tools that a token shows', async () => {
    const { stdout } = await folder.run(['call', '--list', '--json', '--token', await tokenFor('hello:read')])
    const names = (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)
    expect(names).to.deep.equal(['hello_greet', 'hello_sign_guest_book'])
  })

  it('sends no token over plain http to another machine', async () => {
    const { code, stderr } = await folder.run(['call', 'a', '--token', 'x', '--url', 'http://tools.example.com/mcp'])
    expect(code).to.equal(2)
    expect(stderr).to.match(/^toolgate: "http:\/\/tools\.example\.com\/mcp" is no MCP URL\. Write an https address/)
  })

  it('says so when nothing answers at the resource of the configuration', async () => {
    await using idle = await workingFolder()
    const { code, stderr } = await idle.run(['call', 'hello_greet'])
    expect(code).to.equal(1)
    expect(stderr).to.equal(
      `toolgate: nothing answers at ${idle.url}. Start the host with toolgate serve, or say where it is with --url.\n`,
    )
  })

  it('tells a silent authorization server from a silent host', async () => {
    const server = createServer((request, response) => {
      const { port } = server.address() as AddressInfo
      const silent = { resource: `http://127.0.0.1:${String(port)}/mcp`, authorization_servers: [idleOrigin] }
      const isMetadata = request.url?.startsWith('/.well-known/oauth-protected-resource') === true
      response.writeHead(isMetadata ? 200 : 401, {
        'Content-Type': 'application/json',
        'WWW-Authenticate': 'Bearer scope="a"',
      })
      response.end(JSON.stringify(isMetadata ? silent : {}))
    })
    await using idle = await workingFolder()
    const idleOrigin = new URL(idle.url).origin
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/mcp`
    try {
      const { code, stderr } = await idle.run(['call', 'a', '--url', url])
      expect(code).to.equal(1)
      expect(stderr).to.match(
        /^toolgate: no answer from \S+, where \S+ signs people in \(.*ECONNREFUSED.*\)\. See whether .+\n$/,
      )
      expect(stderr).to.contain(`no answer from ${idleOrigin}, where ${url}`)
    } finally {
      server.close()
    }
  })

  it('gives up when nobody signs in', async () => {
    const { code, stderr } = await folder.run(['call', 'hello_greet', '{"name":"Ada"}', '--timeout', '1s'])
    expect(code).to.equal(1)
    expect(stderr).to.contain('nobody signed in within 1 seconds')
  })
})
