import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { workingFolder, type WorkingFolder } from './support/working-folder.ts'

describe('toolgate check', () => {
  let folder: WorkingFolder

  beforeEach(async () => {
    folder = await workingFolder()
  })

  afterEach(() => folder[Symbol.asyncDispose]())

  async function editConfig(edit: (text: string) => string): Promise<void> {
    const file = join(folder.path, 'mcp.config.ts')
    await writeFile(file, edit(await readFile(file, 'utf8')))
  }

  it('prints tools with scopes, and touches no state', async () => {
    const { code, stdout, stderr } = await folder.run(['check'])
    expect(code).to.equal(0)
    expect(stdout).to.match(/^hello_greet +hello +hello:read +first sign-in$/m)
    expect(stdout).to.contain('The first sign-in asks for: hello:read.')
    expect(stderr).to.equal('')
    expect(existsSync(join(folder.path, '.toolgate'))).to.equal(false)
  })

  it('names the remedies for a tool that no sign-in reaches', async () => {
    await editConfig((text) => text.replace(/\n {2}tools: .+/, ''))
    const { code, stdout } = await folder.run(['check'])
    expect(code).to.equal(0)
    expect(stdout).to.match(/^hello_sign_guest_book .+ never reachable by step-up$/m)
    expect(stdout).to.contain(
      "set tools.hello_sign_guest_book.visibility to 'listed', or add hello:write to initialScopes",
    )
  })

  it('reports every fault of the plugins at once, with exit code 1', async () => {
    for (const name of ['weather', 'maps']) {
      await folder.run(['plugin', 'new', name])
      const file = join(folder.path, 'plugins', name, 'src/greet.ts')
      await writeFile(file, (await readFile(file, 'utf8')).replace(/ {2}scopes: .+\n/, ''))
    }
    const { code, stdout, stderr } = await folder.run(['check'])
    expect(code).to.equal(1)
    expect(stderr)
      .to.match(/^toolgate: plugin weather: .*scopes/m)
      .and.to.match(/^toolgate: plugin maps: .*scopes/m)
    expect(stdout).to.contain('hello_greet')
  })

  it('reports an override that names no tool', async () => {
    await editConfig((text) => text.replace('hello_sign_guest_book:', 'hello_sing_guest_book:'))
    const { code, stderr } = await folder.run(['check'])
    expect(code).to.equal(1)
    expect(stderr).to.match(/^toolgate: tools\.hello_sing_guest_book: .+\. .+\n$/)
  })

  it('warns of what known clients cannot do with the tools, which is no fault', async () => {
    const { code, stdout } = await folder.run(['check'])
    expect(code).to.equal(0)
    const line =
      'Codex cannot step up: a sign-in for the first scopes alone never reaches hello_sign_guest_book (hello:write); toolgate connect codex pins every scope of the running host'
    expect(stdout).to.contain(`\nclient  ${line}\n`)
    const machine = await folder.run(['check', '--json'])
    expect(JSON.parse(machine.stdout)).to.deep.include({ ok: true, warnings: [], clientWarnings: [line] })
  })

  it('has the same for machines', async () => {
    const fine = await folder.run(['check', '--json'])
    expect(JSON.parse(fine.stdout)).to.include({ ok: true }).and.to.have.nested.property('tools[1].reach', 'step-up')
    await rm(join(folder.path, 'plugins/hello/package.json'))
    const broken = await folder.run(['check', '--json'])
    expect(broken.code).to.equal(1)
    expect(broken.stderr).to.equal('')
    expect(JSON.parse(broken.stdout)).to.include({ ok: false }).and.to.have.nested.property('faults[0].mend')
  })

  it('prints the whole configuration with --resolved: presets and defaults in their places, secrets redacted', async () => {
    await editConfig((text) =>
      text
        .replace('import { defineConfig }', 'import { defineConfig, env }')
        .replace(
          'authority: {}',
          "authorizationServers: [{ issuer: env('ISSUER_URL'), preset: 'okta', scopeClaim: 'scope' }]",
        ),
    )
    const environment = { ISSUER_URL: 'https://acme.okta.example/oauth2/secret' }
    const { code, stdout, stderr } = await folder.run(['check', '--resolved'], '', environment)
    expect(code, stderr).to.equal(0)
    const printed = JSON.parse(stdout) as Record<string, unknown>
    expect(printed)
      .to.have.nested.property('authorizationServers[0]')
      .that.deep.includes({
        issuer: '[redacted]',
        preset: 'okta',
        algorithms: ['RS256'],
        tokenTypes: ['at+jwt'],
        dangerouslyAllowMissingTokenType: true,
        scopeClaim: 'scope',
        scopeFormat: 'array',
        clientIdClaim: 'cid',
        audience: printed.resource,
        clockSkewSeconds: 5,
      })
    expect(printed).to.have.nested.property('limits.callMs', 30_000)
    expect(stdout).not.to.contain('acme.okta')
    const machine = await folder.run(['check', '--resolved', '--json'], '', environment)
    expect(JSON.parse(machine.stdout)).to.deep.include({ ok: true, resolved: printed })
  })

  it('prints the resolved configuration of broken plugins too, and still exits with 1', async () => {
    await rm(join(folder.path, 'plugins/hello/package.json'))
    const { code, stdout, stderr } = await folder.run(['check', '--resolved'])
    expect(code).to.equal(1)
    expect(JSON.parse(stdout)).to.have.nested.property('authority.accessTokenSeconds', 3600)
    expect(stderr).to.match(/^toolgate: /)
  })

  it('names a missing configuration, and one that is not there', async () => {
    await rm(join(folder.path, 'mcp.config.ts'))
    const none = await folder.run(['check'])
    expect(none.code).to.equal(1)
    expect(none.stderr).to.match(/^toolgate: .+\n$/)
    const named = await folder.run(['check', '--config', 'other.config.ts'])
    expect(named.code).to.equal(1)
    expect(named.stderr).to.match(/^toolgate: .*other\.config\.ts.+\n$/)
  })

  it('reports faults of the configuration with their path', async () => {
    await editConfig((text) => text.replace("name: 'my-tools'", "nam: 'my-tools', limits: { bodyBytes: -1 }"))
    const { code, stderr } = await folder.run(['check'])
    expect(code).to.equal(1)
    expect(stderr)
      .to.match(/^toolgate: mcp\.config\.ts nam: /m)
      .and.to.match(/^toolgate: mcp\.config\.ts limits\.bodyBytes: /m)
  })
})
