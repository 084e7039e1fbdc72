import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { expect } from 'chai'
import { freePort } from './support/free-port.ts'

const root = dirname(import.meta.dirname)
const run = promisify(execFile)

const packages = ['audit', 'auth', 'authority', 'cli', 'config', 'core', 'plugin', 'policy', 'registry']

/** The paths of the files in an installed package, without folders. */
async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length))
}

describe('The packed packages, installed outside the repository', function () {
  this.timeout(240_000)
  let tarballs: string
  let folder: string
  let environment: NodeJS.ProcessEnv
  let host: ChildProcess | undefined

  async function toolgate(...parameters: readonly string[]): Promise<string> {
    const { stdout } = await run(join(folder, 'node_modules/.bin/toolgate'), parameters, {
      cwd: folder,
      env: environment,
    })
    return stdout
  }

  before(async () => {
    tarballs = await mkdtemp(join(tmpdir(), 'toolgate-tarballs-'))
    folder = await realpath(await mkdtemp(join(tmpdir(), 'toolgate-installed-')))
    await run(process.execPath, [join(root, 'scripts/pack.ts'), tarballs])
    const files = (await readdir(tarballs)).map((file) => join(tarballs, file))
    await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...files], { cwd: folder })
    environment = {
      PATH: process.env['PATH'],
      HOME: folder,
      PORT: String(await freePort()),
      TOOLGATE_DEV_USER: 'ada',
      TOOLGATE_DEV_PASSWORD: 'correct horse battery staple',
    }
  })

  after(async () => {
    if (host?.exitCode === null) {
      host.kill('SIGKILL')
      await once(host, 'exit')
    }
    await rm(tarballs, { recursive: true, force: true })
    await rm(folder, { recursive: true, force: true })
  })

  it('are all packages and nothing else', async () => {
    const names = (await readdir(tarballs)).map((file) => file.replace(/-\d+\.\d+\.\d+.*$/, ''))
    expect(names).to.have.members(packages.map((name) => `toolgate-${name}`))
  })

  for (const name of packages) {
    it(`hold JavaScript and declarations alone: @toolgate/${name}`, async () => {
      const place = join(folder, 'node_modules/@toolgate', name)
      const manifest = JSON.parse(await readFile(join(place, 'package.json'), 'utf8')) as Record<string, unknown>
      expect(manifest['exports']).to.deep.equal({ '.': { types: './dist/index.d.ts', default: './dist/index.js' } })
      expect(manifest).to.not.have.any.keys('scripts', 'devDependencies', 'private')
      const files = await filesOf(place)
      expect(files).to.include.members(['/README.md', '/LICENSE', '/dist/index.js', '/dist/index.d.ts'])
      expect(files.filter((file) => /(?<!\.d)\.ts$|^\/(src|test)\//.test(file))).to.deep.equal([])
    })
  }

  it('export what the sources export', async () => {
    const names = packages.filter((name) => name !== 'cli').map((name) => `@toolgate/${name}`)
    const script = `for (const name of ${JSON.stringify(names)}) console.log(name, Object.keys(await import(name)))`
    const [packed, source] = await Promise.all(
      [folder, join(root, 'packages/cli')].map((cwd) =>
        run(process.execPath, ['--input-type=module', '--eval', script], { cwd }),
      ),
    )
    expect(packed?.stdout).to.equal(source?.stdout)
  })

  it('make a working folder and a plugin whose test passes', async () => {
    await toolgate('init')
    await toolgate('plugin', 'new', 'weather-report')
    await run(process.execPath, ['--test'], {
      cwd: join(folder, 'plugins/weather-report'),
      env: { PATH: environment.PATH },
    })
    await run(process.execPath, ['--test'], { cwd: join(folder, 'plugins/hello'), env: { PATH: environment.PATH } })
  })

  it('type-check for the author of a plugin', async () => {
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    const options =
      '--noEmit --strict --module nodenext --target es2024 --allowImportingTsExtensions --erasableSyntaxOnly --types node'
    const sources = ['mcp.config.ts', 'plugins/hello/src/index.ts', 'plugins/weather-report/src/index.ts']
    await run(
      process.execPath,
      [compiler, ...options.split(' '), '--typeRoots', join(root, 'node_modules/@types'), ...sources],
      { cwd: folder },
    )
  })

  it('pass toolgate check with both plugins', async () => {
    const output = await toolgate('check')
    expect(output).to.contain('hello_greet').and.contain('weather_report_greet')
  })

  it('serve a tool of the new plugin to a client that holds its scope', async () => {
    host = spawn(join(folder, 'node_modules/.bin/toolgate'), ['serve'], {
      cwd: folder,
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const origin = `http://127.0.0.1:${environment['PORT'] ?? ''}`
    await ready(origin, host)
    const parameters = ['token', '--user', 'ada', '--scopes', 'weather-report:read', '--ttl', '5m']
    const token = (await toolgate(...parameters)).trim()
    const client = new Client({ name: 'pack-test', version: '1.0.0' })
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`${origin}/mcp`), {
        requestInit: { headers: { Authorization: `Bearer ${token}` } },
      }),
    )
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).to.include('weather_report_greet')
    const result = await client.callTool({ name: 'weather_report_greet', arguments: { name: 'Ada' } })
    expect(result.content).to.deep.equal([{ type: 'text', text: 'Hello, Ada!' }])
    await client.close()
  })

  it('stop with code 0 on SIGTERM', async () => {
    if (host === undefined) throw new Error('the host does not run')
    const exited = once(host, 'exit')
    host.kill('SIGTERM')
    expect(await exited).to.deep.equal([0, null])
  })
})

async function ready(origin: string, host: ChildProcess): Promise<void> {
  const complaints: string[] = []
  host.stderr?.on('data', (chunk: Buffer) => complaints.push(chunk.toString()))
  const deadline = Date.now() + 20_000
  while (host.exitCode === null && Date.now() < deadline) {
    const response = await fetch(`${origin}/readyz`).catch(() => undefined)
    if (response?.ok === true) return
    await sleep(50)
  }
  throw new Error(`the host is not ready at ${origin} (exit code ${String(host.exitCode)}): ${complaints.join('')}`)
}
