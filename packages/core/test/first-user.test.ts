import { openUserStore } from '@toolgate/authority'
import { expect } from 'chai'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeFirstUser, type FirstUser } from '../src/first-user.ts'
import { requireChangedPasswords } from '../src/require-changed-passwords.ts'

describe('the first user', () => {
  let dataFolder: string
  let users: ReturnType<typeof openUserStore>
  beforeEach(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'toolgate-first-user-'))
    users = openUserStore(dataFolder)
  })
  afterEach(async () => {
    users.close()
    await rm(dataFolder, { recursive: true })
  })

  function make(terminal: boolean, environment: Readonly<Record<string, string>> = {}): Promise<FirstUser | undefined> {
    return makeFirstUser({ users, dataFolder, environment, terminal })
  }

  it('may have every scope', async () => {
    await make(true)
    expect(users.list()).to.have.lengthOf(1)
    expect(users.get('admin')).to.include({ scopes: 'all' })
  })

  it('has a random password that a terminal shows, and nothing keeps', async () => {
    const first = await make(true)
    expect(first).to.include({ name: 'admin', passwordFile: undefined })
    expect(first?.password).to.have.lengthOf.at.least(20)
    expect(await readdir(dataFolder)).to.not.include('first-password')
  })

  it('has its password in a file of mode 0600 where no terminal shows it', async () => {
    const first = await make(false)
    expect(first).to.include({ name: 'admin', password: undefined })
    const file = first?.passwordFile ?? ''
    expect((await stat(file)).mode & 0o777).to.equal(0o600)
    expect((await readFile(file, 'utf8')).trim()).to.have.lengthOf.at.least(20)
  })

  it('is set by the environment, on the first start alone', async () => {
    const first = { TOOLGATE_DEV_USER: 'robin', TOOLGATE_DEV_PASSWORD: 'a long first password' }
    expect(await make(true, first)).to.deep.equal({ name: 'robin', password: undefined, passwordFile: undefined })
    const second = { TOOLGATE_DEV_USER: 'mallory', TOOLGATE_DEV_PASSWORD: 'another long password' }
    expect(await make(true, second)).to.equal(undefined)
    expect(users.list().map(({ name }) => name)).to.deep.equal(['robin'])
  })

  describe('beyond loopback', () => {
    for (const environment of [{}, { TOOLGATE_DEV_PASSWORD: 'a long first password' }]) {
      it(`needs a password that was changed (${Object.keys(environment).join() || 'random'})`, async () => {
        await make(true, environment)
        for (const host of ['0.0.0.0', '::', '192.0.2.1', 'tools.example']) {
          expect(() => {
            requireChangedPasswords(users, host)
          }, host)
            .to.throw('the password of admin was never changed')
            .with.property('code', 'default-password')
        }
        users.setPassword('admin', 'a password of my own')
        requireChangedPasswords(users, '0.0.0.0')
      })
    }

    it('does not keep a host from starting for users that were added later', async () => {
      await make(true)
      users.setPassword('admin', 'a password of my own')
      users.add({ name: 'ada', scopes: ['notes:read'] })
      requireChangedPasswords(users, '0.0.0.0')
    })
  })

  it('may keep its password on loopback', async () => {
    await make(true)
    for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) requireChangedPasswords(users, host)
  })
})
