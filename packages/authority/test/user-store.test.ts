import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect } from 'chai'

import { generatePassword, openUserStore } from '../src/index.ts'
import { hashPassword, verifyPassword } from '../src/password.ts'

describe('the user store', () => {
  let folder: string
  let store: ReturnType<typeof openUserStore>
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'toolgate-users-'))
    store = openUserStore(folder)
  })
  afterEach(() => {
    store.close()
    rmSync(folder, { recursive: true })
  })

  it('adds, lists, finds in any case, changes and removes users', () => {
    expect(store.count()).to.equal(0)
    store.add({ name: 'Zoe', scopes: 'all', provisional: true })
    const { password } = store.add({ name: 'bob', password: 'a long password', scopes: ['notes:read', 'notes:read'] })
    expect(password).to.equal('a long password')
    expect(store.list().map(({ name, scopes }) => [name, scopes])).to.deep.equal([
      ['bob', ['notes:read']],
      ['Zoe', 'all'],
    ])
    expect(store.get('BOB')).to.include({ name: 'bob', passwordChanged: true })
    expect(store.get('zoe')).to.include({ name: 'Zoe', passwordChanged: false })
    store.setScopes('Bob', 'all')
    store.setPassword('zoe', 'another password')
    expect(store.get('bob')).to.include({ scopes: 'all' })
    expect(store.get('zoe')).to.include({ passwordChanged: true })
    store.remove('ZOE')
    expect(store.get('zoe')).to.equal(undefined)
    expect(store.count()).to.equal(1)
  })

  it('makes a random password when none is given', () => {
    const { password } = store.add({ name: 'bob', scopes: [] })
    expect(password).to.match(/^(?:[a-zA-Z2-9]{5}-){3}[a-zA-Z2-9]{5}$/)
    expect(generatePassword()).to.not.equal(generatePassword())
  })

  for (const [reason, code, work] of [
    ['a name that is taken', 'user_exists', () => store.add({ name: 'ALICE', scopes: [] })],
    ['an empty name', 'user_name_invalid', () => store.add({ name: '', scopes: [] })],
    ['a name with a space', 'user_name_invalid', () => store.add({ name: 'a b', scopes: [] })],
    ['a short password', 'password_invalid', () => store.add({ name: 'bob', password: 'short', scopes: [] })],
    ['a huge password', 'password_invalid', () => store.add({ name: 'bob', password: 'x'.repeat(300), scopes: [] })],
    ['two scopes in one', 'scopes_invalid', () => store.add({ name: 'bob', scopes: ['notes:read notes:write'] })],
    ['removing a stranger', 'user_unknown', () => store.remove('nobody')],
    ['scopes for a stranger', 'user_unknown', () => store.setScopes('nobody', 'all')],
    ['a password for a stranger', 'user_unknown', () => store.setPassword('nobody', 'a long password')],
  ] as const) {
    it(`refuses ${reason}`, () => {
      store.add({ name: 'alice', scopes: 'all' })
      expect(work).to.throw().with.property('code', code)
      expect(store.list().map(({ name }) => name)).to.deep.equal(['alice'])
    })
  }
})

describe('a password hash', () => {
  it('matches its password, in any form of Unicode, and nothing else', async () => {
    const hash = hashPassword('pässwörd-lang')
    expect(hash)
      .to.match(/^scrypt\$32768\$8\$3\$/)
      .and.not.include('pässwörd')
    expect(await verifyPassword('pa\u0308sswo\u0308rd-lang', hash)).to.equal(true)
    expect(await verifyPassword('passwörd-lang', hash)).to.equal(false)
    expect(hashPassword('pässwörd-lang'), 'salted').to.not.equal(hash)
  })

  it('does the same work for nobody, and never matches', async () => {
    const hash = hashPassword('a long password')
    const time = async (stored: string | undefined): Promise<number> => {
      const start = process.cpuUsage()
      expect(await verifyPassword('', stored)).to.equal(false)
      const { user, system } = process.cpuUsage(start)
      return user + system
    }
    const [known, unknown] = [await time(hash), await time(undefined)]
    expect(unknown / known).to.be.within(0.3, 3)
  })
})
