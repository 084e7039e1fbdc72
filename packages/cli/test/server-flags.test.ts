import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { createInterface } from 'node:readline'
import { expect } from 'chai'
import { commandLineWithServerFlags, serverFlags } from '../src/server-flags.ts'
import { bin, finished } from './support/run-toolgate.ts'
import { workingFolder } from './support/working-folder.ts'

const started = {
  execPath: '/usr/bin/node',
  execArgv: ['--enable-source-maps'],
  argv: ['/usr/bin/node', '/srv/toolgate.mjs', 'serve', '--json'],
  env: {},
  platform: 'linux',
  connected: false,
  memory: 4 * 1024 ** 3,
  forbidden: false,
}

describe('the flags of a server', () => {
  it('come before those of whoever started it', () => {
    expect(commandLineWithServerFlags(started)).to.deep.equal([
      '/usr/bin/node',
      ...serverFlags,
      '--enable-source-maps',
      '/srv/toolgate.mjs',
      'serve',
      '--json',
    ])
  })

  for (const [why, changed] of [
    ['where they are there already', { execArgv: serverFlags }],
    ['where the command line has another bound', { execArgv: ['--max-semi-space-size=64'] }],
    ['where it is written the other way', { execArgv: ['--max_semi_space_size=64'] }],
    ['where the environment has another bound', { env: { NODE_OPTIONS: '--no-warnings --max-semi-space-size=64' } }],
    ['where a process cannot be replaced', { platform: 'win32' }],
    ['where whoever started it talks to it', { connected: true }],
    ['where Node may start no process', { forbidden: true }],
    ['where there is so little memory that the own bound of Node is lower', { memory: 2 * 1024 ** 3 }],
  ] as const) {
    it(`are left out ${why}`, () => {
      expect(commandLineWithServerFlags({ ...started, ...changed })).to.equal(undefined)
    })
  }

  it('are left out of a real process that may start no other, without a word', () => {
    const flags = ['--permission', '--allow-fs-read=*', '--allow-fs-write=*', '--allow-addons']
    const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, bin, 'serve', '--help'], {
      encoding: 'utf8',
    })
    expect(stdout).to.include('toolgate serve')
    expect(stderr).to.not.include('execve')
    expect(status).to.equal(0)
  })

  it('are those of `toolgate serve`, in the process that was started', async function () {
    if (process.platform !== 'linux' || totalmem() <= 2 * 1024 ** 3) this.skip()
    await using folder = await workingFolder()
    const child = folder.start('--json', 'serve')
    const ended = finished(child)
    await once(createInterface({ input: child.stdout }), 'line')
    const line = (await readFile(`/proc/${String(child.pid)}/cmdline`, 'utf8')).split('\0')
    child.kill('SIGTERM')
    expect(line).to.include.members([...serverFlags, 'serve'])
    expect((await ended).code).to.equal(0)
  })
})
