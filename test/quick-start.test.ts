import { expect } from 'chai'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startCommand, type Command } from './support/command.ts'
import { freePort } from './support/free-port.ts'
import { createPerson, type Person } from './support/person.ts'
import { copyRepository } from './support/repository-copy.ts'
import { mcpHeaders, send } from './support/wire.ts'

const pluginSource = `import { definePlugin, defineTool } from '@toolgate/plugin'
import { existsSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const wait = defineTool({
  name: 'waiting_wait',
  description: 'Waits for the file "release" in a folder.',
  scopes: ['waiting:read'],
  annotations: { readOnlyHint: true },
  inputSchema: { type: 'object', properties: { folder: { type: 'string' } }, required: ['folder'] },
  async handler({ folder }, { signal }) {
    writeFileSync(folder + '/started', '')
    while (!existsSync(folder + '/release')) await sleep(10, undefined, { signal })
    return 'waited to the end'
  },
})

export default definePlugin({ name: 'waiting', tools: [wait] })
`

/** The fenced blocks of a language in the README's quick start. */
async function quickStartBlocks(folder: string, language: string): Promise<readonly string[]> {
  const readme = await readFile(join(folder, 'README.md'), 'utf8')
  const section = /^## Quick start\n([\s\S]*?)^## /m.exec(readme)?.[1] ?? ''
  return [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , body = '']) => body)
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(10)
}

describe('the quick start of the README, in a clone', () => {
  let folder: string
  let state: string
  let origin: string
  let env: NodeJS.ProcessEnv
  let host: Command
  let person: Person
  const commands: Command[] = []

  before(async () => {
    folder = await copyRepository()
    state = await mkdtemp(join(tmpdir(), 'toolgate-state-'))
    const port = String(await freePort())
    origin = `http://127.0.0.1:${port}`
    // No configuration of npm or git of whoever runs this.
    env = {
      PATH: process.env['PATH'],
      HOME: join(state, 'home'),
      PORT: port,
      TOOLGATE_DATA: join(state, 'data'),
      npm_config_update_notifier: 'false',
    }
  })
  after(async () => {
    for (const command of commands) {
      command.signalGroup('SIGKILL')
      await command.ended
    }
    await rm(folder, { recursive: true, force: true })
    await rm(state, { recursive: true, force: true })
  })

  async function start(commandLine: string): Promise<void> {
    host = startCommand(commandLine, { cwd: folder, env })
    commands.push(host)
    await host.line('claude mcp add-json')
  }

  /** Runs a command of the README in a second terminal; the person follows whatever address it prints. */
  async function run(commandLine: string): Promise<string> {
    const visits: Promise<unknown>[] = []
    const onRemark = (line: string) => {
      if (line.startsWith('  http')) visits.push(person.visit(new URL(line.trim())).then((redirect) => fetch(redirect)))
    }
    const command = startCommand(commandLine, { cwd: folder, env, onRemark })
    commands.push(command)
    const code = await command.ended
    await Promise.all(visits)
    expect(code, command.remarked()).to.equal(0)
    return command.printed()
  }

  it('prints what the README shows: the MCP URL, who signs in, the tools, and a line to paste', async () => {
    const [commandLine = ''] = await quickStartBlocks(folder, 'sh')
    expect(commandLine).to.equal('npm ci && npm start\n')
    await start('npm start')
    const [shown = ''] = await quickStartBlocks(folder, 'text')
    const ofReadme = shown.replaceAll('http://127.0.0.1:8787', origin).split('\n')
    const printed = host.printed()
    const ofStart = printed.slice(printed.indexOf('Toolgate  ')).split('\n')
    const isSignIn = (line: string) => line.startsWith('Sign in  ')
    expect(ofStart.filter((line) => !isSignIn(line))).to.deep.equal(ofReadme.filter((line) => !isSignIn(line)))
  })

  it('keeps the password of the first user in a file of mode 0600 where no terminal shows it', async () => {
    const file = /^Sign in {2}admin, password in (.+)$/m.exec(host.printed())?.[1] ?? ''
    expect((await stat(file)).mode & 0o777).to.equal(0o600)
    const password = (await readFile(file, 'utf8')).trim()
    expect(password.length).to.be.at.least(20)
    expect(host.printed() + host.remarked()).to.not.include(password)
    person = createPerson(origin, 'admin', password)
  })

  it('tells whoever asks for localhost the right URL', async () => {
    const headers = { host: new URL(origin).host.replace('127.0.0.1', 'localhost') }
    const answer = await send(origin, { method: 'POST', path: '/mcp', headers: { ...headers, ...mcpHeaders } })
    expect(answer.status).to.equal(403)
    expect(answer.json().error_description).to.include(`use ${origin}/mcp`)
    const page = await send(origin, { path: '/', headers: { ...headers, accept: 'text/html' } })
    expect(page.status).to.equal(403)
    expect(page.text).to.include('<html').and.include(`${origin}/mcp`)
  })

  it('calls the tools as the README says: one sign-in, one step-up', async () => {
    const [, calls = ''] = await quickStartBlocks(folder, 'sh')
    const [greet = '', create = '', ...more] = calls.trim().split('\n')
    expect(more).to.deep.equal([])
    expect(await run(greet)).to.equal('Hello, Ada!\n')
    expect(person.consents).to.have.length(1)
    expect(await run(create)).to.include('Buy milk')
    expect(person.consents).to.have.length(2)
    expect(person.consents[1]).to.include('notes:write')
    expect(person.signIns()).to.equal(1)
  })

  it('serves a plugin that was dropped in, and keeps its state, at the second start', async () => {
    host.signalGroup('SIGTERM')
    await host.ended
    const place = join(folder, 'plugins/waiting')
    await mkdir(join(place, 'src'), { recursive: true })
    const manifest = { name: 'waiting', version: '1.0.0', type: 'module', exports: './src/index.ts' }
    await writeFile(join(place, 'package.json'), JSON.stringify(manifest))
    await writeFile(join(place, 'src/index.ts'), pluginSource)
    const config = await readFile(join(folder, 'mcp.config.ts'), 'utf8')
    const line = "    'waiting:read': { description: 'Wait for a file' },\n"
    await writeFile(
      join(folder, 'mcp.config.ts'),
      config.replace('  scopes: {\n', (found) => found + line),
    )

    // As a supervisor would: the signal goes to npm alone.
    await start('exec npm start')
    expect(host.printed()).to.match(/^waiting_wait +waiting +waiting:read +first sign-in$/m)
    expect(host.printed()).to.match(/^Sign in {2}admin \(/m)
    expect((await send(origin, { path: '/' })).text).to.include('Wait for a file')
    expect(await run(`npx toolgate call notes_search '{"query":"milk"}'`)).to.include('Buy milk')
    expect(person.consents, 'the sign-in is still good').to.have.length(2)
  })

  it('lets a running call finish at SIGTERM, accepts no other, and ends with code 0', async () => {
    const token = (await run('npx toolgate token --user admin --scopes waiting:read --ttl 5m')).trim()
    const call = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'waiting_wait', arguments: { folder } },
    }
    const headers = { ...mcpHeaders, authorization: `Bearer ${token}`, 'mcp-protocol-version': '2025-11-25' }
    const answer = fetch(`${origin}/mcp`, { method: 'POST', headers, body: JSON.stringify(call) })
    await until(() => existsSync(join(folder, 'started')))
    host.child.kill('SIGTERM')
    await until(() =>
      send(origin, { path: '/healthz' }).then(
        () => false,
        () => true,
      ),
    )
    expect(host.child.exitCode).to.equal(null)
    await writeFile(join(folder, 'release'), '')
    const released = performance.now()
    expect(await (await answer).text()).to.include('waited to the end')
    expect(await host.ended).to.equal(0)
    expect(performance.now() - released, 'no connection is waited for').to.be.lessThan(8_000)
  })
})
