import { execFile } from 'node:child_process'
import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { CliError } from '../src/errors.ts'
import { pluginFiles } from '../src/templates/plugin-files.ts'
import { runToolgate } from './support/run-toolgate.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const execute = promisify(execFile)
const repository = join(import.meta.dirname, '..', '..', '..')

/** Stands in for `npm install`. */
async function installPluginPackage(folder: string): Promise<void> {
  await mkdir(join(folder, 'node_modules', '@toolgate'), { recursive: true })
  await symlink(join(repository, 'packages', 'plugin'), join(folder, 'node_modules', '@toolgate', 'plugin'))
}

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}

async function manifestOf(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest
}

async function runTests(folder: string, pattern: string): Promise<string> {
  const { NODE_TEST_CONTEXT: _nested, ...environment } = process.env
  const { stdout } = await execute(process.execPath, ['--test', '--test-reporter=tap', pattern], {
    cwd: folder,
    env: environment,
  })
  return stdout
}

describe('toolgate init', () => {
  it('makes a working folder whose tests pass', async () => {
    await using folder = await temporaryFolder()
    const { code, stdout } = await runToolgate(['init', 'my-tools'], { folder: folder.path })
    expect(code).to.equal(0)
    expect(stdout).to.contain('Next: cd my-tools && npm install && npm start')
    const place = join(folder.path, 'my-tools')
    expect(await readdir(place)).to.have.members([
      '.gitignore',
      'README.md',
      'mcp.config.ts',
      'package.json',
      'plugins',
    ])
    await installPluginPackage(place)
    expect(await runTests(place, 'plugins/*/test/*.test.ts'))
      .to.match(/^# pass [1-9]\d*$/m)
      .and.to.match(/^# fail 0$/m)
  })

  it('writes a package.json that starts the host', async () => {
    await using folder = await temporaryFolder()
    await runToolgate(['init'], { folder: folder.path })
    const manifest = await manifestOf(folder.path)
    expect(manifest).to.include({ type: 'module', private: true })
    expect(manifest.scripts).to.include({ start: 'exec toolgate serve || toolgate serve', check: 'toolgate check' })
    expect(manifest.dependencies).to.include.keys('@toolgate/cli', '@toolgate/config', '@toolgate/plugin')
    expect(manifest.optionalDependencies).to.have.property('node')
  })

  it('lists the tool that writes', async () => {
    await using folder = await temporaryFolder()
    await runToolgate(['init'], { folder: folder.path })
    const config = await readFile(join(folder.path, 'mcp.config.ts'), 'utf8')
    expect(config).to.contain("hello_sign_guest_book: { visibility: 'listed' }")
  })

  it('keeps what an existing package.json says', async () => {
    await using folder = await temporaryFolder()
    const present = { name: 'mine', dependencies: { '@toolgate/cli': 'file:cli.tgz' }, scripts: { start: 'mine' } }
    await writeFile(join(folder.path, 'package.json'), JSON.stringify(present))
    expect((await runToolgate(['init'], { folder: folder.path })).code).to.equal(0)
    const manifest = await manifestOf(folder.path)
    expect(manifest).to.include({ name: 'mine', type: 'module' })
    expect(manifest.dependencies['@toolgate/cli']).to.equal('file:cli.tgz')
    expect(manifest.dependencies).to.have.property('@toolgate/config')
    expect(manifest.scripts).to.include({ start: 'mine', check: 'toolgate check' })
  })

  it('overwrites nothing, and then writes nothing', async () => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'mcp.config.ts'), 'mine')
    const { code, stderr } = await runToolgate(['init'], { folder: folder.path })
    expect(code).to.equal(1)
    expect(stderr).to.match(/^toolgate: mcp\.config\.ts is in .+ already\. .+nothing is overwritten\.\n$/)
    expect(await readdir(folder.path)).to.deep.equal(['mcp.config.ts'])
  })

  it('refuses a package.json of type commonjs', async () => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'package.json'), '{"type":"commonjs"}')
    const { code, stderr } = await runToolgate(['init'], { folder: folder.path })
    expect(code).to.equal(1)
    expect(stderr).to.contain('"type": "commonjs"')
    expect(await readdir(folder.path)).to.deep.equal(['package.json'])
  })
})

describe('toolgate plugin new', () => {
  it('makes a plugin whose test passes with nothing but Node', async () => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'package.json'), '{"type":"module"}')
    const { code, stdout } = await runToolgate(['plugin', 'new', 'my-weather'], { folder: folder.path })
    expect(code).to.equal(0)
    expect(stdout).to.contain("under scopes in mcp.config.ts:  'my-weather:read': {").and.to.contain('npm install')
    await installPluginPackage(folder.path)
    expect(await runTests(folder.path, 'plugins/my-weather/test/*.test.ts'))
      .to.match(/^# pass 3$/m)
      .and.to.match(/^# fail 0$/m)
    const tool = await readFile(join(folder.path, 'plugins/my-weather/src/greet.ts'), 'utf8')
    expect(tool).to.contain("name: 'my_weather_greet'").and.to.contain("scopes: ['my-weather:read']")
  })

  for (const name of ['a', 'my-weather', 'a-plugin-whose-name-is-longer-than-most-names-are-but-allowed']) {
    it(`makes a plugin that this repository calls well formatted: ${name}`, async () => {
      await using folder = await temporaryFolder()
      await runToolgate(['plugin', 'new', name], { folder: folder.path })
      const prettier = join(repository, 'node_modules', 'prettier', 'bin', 'prettier.cjs')
      const rules = join(repository, '.prettierrc.json')
      await execute(process.execPath, [prettier, '--check', '--config', rules, join(folder.path, 'plugins')])
    })
  }

  it('has the text of the plugin hello', async () => {
    const files = pluginFiles('hello')
    for (const path of ['src/index.ts', 'src/greet.ts']) {
      expect(files.get(path), path).to.equal(await readFile(join(repository, 'plugins', 'hello', path), 'utf8'))
    }
  })

  for (const name of ['Upper', '1st', 'a_b', '../up', 'a'.repeat(65), '']) {
    it(`has no files for the name ${JSON.stringify(name.slice(0, 10))}`, () => {
      expect(() => pluginFiles(name))
        .to.throw(CliError, 'cannot be the name of a plugin')
        .with.property('code', 'usage')
    })
  }

  it('writes nothing for such a name', async () => {
    await using folder = await temporaryFolder()
    const { code } = await runToolgate(['plugin', 'new', '../up'], { folder: folder.path })
    expect(code).to.equal(2)
    expect(await readdir(folder.path)).to.deep.equal([])
  })

  it('overwrites no plugin', async () => {
    await using folder = await temporaryFolder()
    await runToolgate(['plugin', 'new', 'weather'], { folder: folder.path })
    const { code, stderr } = await runToolgate(['plugin', 'new', 'weather'], { folder: folder.path })
    expect(code).to.equal(1)
    expect(stderr).to.contain('nothing is overwritten')
  })
})
