import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { workingFolder, type WorkingFolder } from './support/working-folder.ts'

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('toolgate policy', () => {
  let folder: WorkingFolder

  before(async () => {
    folder = await workingFolder()
  })

  after(() => folder[Symbol.asyncDispose]())

  function tokenOf(claims: object): string {
    const { origin, href } = new URL(folder.url)
    const whole = { iss: origin, aud: href, sub: 'ada', exp: 4_000_000_000, ...claims }
    return `${encoded({ alg: 'ES256', typ: 'at+jwt' })}.${encoded(whole)}.c2lnbmF0dXJl`
  }

  async function explain(...args: readonly string[]): Promise<Record<string, unknown>> {
    const { stdout, stderr, code } = await folder.run(['policy', 'explain', ...args, '--json'])
    expect(stderr).to.equal('')
    expect(code).to.equal(0)
    return JSON.parse(stdout) as Record<string, unknown>
  }

  describe('matrix', () => {
    it('prints every tool against every scope', async () => {
      const { code, stdout } = await folder.run(['policy', 'matrix'])
      expect(code).to.equal(0)
      expect(stdout)
        .to.match(/^TOOL +VISIBILITY +\(no scope\) +hello:read +hello:write$/m)
        .and.to.match(/^hello_greet +granted +- +yes +yes$/m)
        .and.to.match(/^hello_sign_guest_book +listed +- +- +yes$/m)
    })

    it('prints it as Markdown and as JSON', async () => {
      const markdown = await folder.run(['policy', 'matrix', '--markdown'])
      expect(markdown.stdout).to.contain(
        '| tool | visibility | no scope | `hello:read` | `hello:write` |\n| --- | --- | --- | --- | --- |\n| `hello_greet` | granted | - | yes | yes |\n',
      )
      const json = await folder.run(['policy', 'matrix', '--json'])
      expect(JSON.parse(json.stdout))
        .to.have.nested.property('tools[1]')
        .that.deep.equals({
          tool: 'hello_sign_guest_book',
          plugin: 'hello',
          visibility: 'listed',
          withoutScopes: 'none',
          cells: ['none', 'allow'],
        })
    })
  })

  describe('view', () => {
    it('prints the list of a caller, with what they would be refused', async () => {
      const { stdout } = await folder.run(['policy', 'view', '--scopes', 'hello:read'])
      expect(stdout)
        .to.match(/^hello_greet +allowed$/m)
        .and.to.match(/^hello_sign_guest_book +refused with a challenge/m)
        .and.to.contain('2 of 2 tools are listed.')
    })

    it('leaves out what a caller without scopes is not shown', async () => {
      const { stdout } = await folder.run(['policy', 'view', '--scopes', '', '--json'])
      expect(JSON.parse(stdout))
        .to.have.property('tools')
        .that.has.lengthOf(1)
        .with.nested.property('[0]._meta')
        .that.deep.equals({ 'dev.toolgate/requiredScopes': ['hello:write'] })
    })
  })

  describe('explain', () => {
    it('says the decision, each step with its place, the smallest scopes and the answer', async () => {
      const { code, stdout } = await folder.run(
        'policy explain --tool hello_sign_guest_book --scopes hello:read'.split(' '),
      )
      expect(code).to.equal(0)
      expect(stdout)
        .to.match(/^hello_sign_guest_book {2}refused: missing hello:write$/m)
        .and.to.contain('needs hello:write: missing hello:write [scopes of hello_sign_guest_book in plugin hello]')
        .and.to.contain('listed: in the list of this caller [tools.hello_sign_guest_book.visibility]')
        .and.to.contain('Smallest scopes that allow it: hello:write')
        .and.to.contain('HTTP 403')
        .and.to.contain('WWW-Authenticate: Bearer error="insufficient_scope", scope="hello:write hello:read"')
    })

    it('names the implication that a scope is held by', async () => {
      const { effect, steps } = await explain('--tool', 'hello_greet', '--scopes', 'hello:write', '--args', '{}')
      expect(effect).to.equal('allow')
      expect(steps).to.deep.include({
        kind: 'implication',
        declaredAt: "scopes['hello:write'].implies",
        scope: 'hello:read',
        by: 'hello:write',
      })
    })

    it('reads a token without verifying it, says so, and never prints it', async () => {
      const token = tokenOf({ scope: 'hello:read', client_id: 'a-client\u202e' })
      const { stdout, stderr } = await folder.run(
        ['policy', 'explain', '--tool', 'hello_greet', '--token', '-'],
        `${token}\n`,
      )
      expect(stdout)
        .to.match(/^hello_greet {2}allowed$/m)
        .and.to.contain('a token that was NOT verified')
        .and.to.contain('ada of http://127.0.0.1')
        .and.to.contain('client a-client\ufffd')
      expect(stdout + stderr).not.to.contain(token.slice(0, 20))
    })

    for (const [what, claims, fault] of [
      ['expired', { exp: 1 }, /^expired/],
      ['for another audience', { aud: 'https://other.example' }, /^aud is not/],
      ['of another issuer', { iss: 'https://other.example' }, /^iss is no issuer of this host$/],
    ] as const) {
      it(`answers 401 for a token that is ${what}, whatever its scopes`, async () => {
        const token = tokenOf({ scope: 'hello:read', ...claims })
        const { caller, answer } = await explain('--tool', 'hello_greet', '--token', token)
        expect(caller).to.have.property('fault').that.matches(fault)
        expect(answer).to.deep.include({ status: 401, body: { error: 'invalid_token' } })
      })
    }

    it('says of an opaque token that it cannot be read without asking the issuer, and does not print it', async () => {
      const config = join(folder.path, 'opaque.config.json')
      const introspection = { clientId: 'host', clientSecret: { $env: 'HOST_SECRET' } }
      const authorizationServers = [{ issuer: 'https://as.example', introspection }]
      await writeFile(config, JSON.stringify({ authorizationServers }))
      const { code, stdout, stderr } = await folder.run(
        ['policy', 'explain', '--tool', 'hello_greet', '--token', '-', '--config', config],
        'sS0m2vQ4b7cQJ1Zk3yqkK9d8fPzL',
        { HOST_SECRET: 'correct-horse' },
      )
      expect(code).to.equal(1)
      expect(stderr).to.include('cannot be read without asking https://as.example, and it was sent nowhere')
      expect(stderr).to.include('Give --scopes')
      expect(stdout + stderr).not.to.include('sS0m2vQ4b7')
    })

    it('maps a file of claims by the settings of the issuer, whatever their age', async () => {
      const file = join(folder.path, 'claims.json')
      await writeFile(file, JSON.stringify({ scope: 'hello:write', exp: 1 }))
      const { effect, caller } = await explain('--tool', 'hello_sign_guest_book', '--claims', file)
      expect(effect).to.equal('allow')
      expect(caller).to.deep.equal({
        scopes: ['hello:write'],
        granted: [],
        issuer: new URL(folder.url).origin,
        subject: '(not named)',
      })
    })

    it('answers 401 for claims of another type than the settings say', async () => {
      const file = join(folder.path, 'claims.json')
      await writeFile(file, JSON.stringify({ scope: ['hello:write'] }))
      const { caller, answer } = await explain('--tool', 'hello_sign_guest_book', '--claims', file)
      expect(caller).to.have.property('fault', 'the claim scope is not a scope string')
      expect(answer).to.have.property('status', 401)
    })

    it('does not quote a file that is no JSON', async () => {
      const file = join(folder.path, 'claims.json')
      await writeFile(file, 'eyJhbGciOiJub25lIn0.secret')
      const { code, stderr } = await folder.run(['policy', 'explain', '--tool', 'hello_greet', '--claims', file])
      expect(code).to.equal(2)
      expect(stderr)
        .to.match(/^toolgate: .+claims\.json is not JSON\. .+\n$/)
        .and.not.to.contain('eyJ')
    })

    it('asks for exactly one caller', async () => {
      for (const caller of [[], ['--scopes', 'a', '--token', 'b']]) {
        const { code, stderr } = await folder.run(['policy', 'explain', '--tool', 'hello_greet', ...caller])
        expect(code).to.equal(2)
        expect(stderr).to.match(/^toolgate: who calls is not said, or said twice\. Write one of .+\n$/)
      }
    })
  })

  it('explains nothing of a configuration that no host starts with', async () => {
    const broken = join(folder.path, 'broken.config.json')
    await writeFile(
      broken,
      JSON.stringify({ authority: {}, plugins: { folder: './plugins' }, tools: { nope: { visibility: 'listed' } } }),
    )
    const { code, stdout, stderr } = await folder.run(['policy', 'matrix', '--config', broken])
    expect(code).to.equal(1)
    expect(stdout).to.equal('')
    expect(stderr).to.match(/^toolgate: .*tools\.nope: /m)
  })
})
