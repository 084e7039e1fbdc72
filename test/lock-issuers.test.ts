import { loadConfig } from '@toolgate/config'
import { changeText, diffSides, type ComparedSide } from '@toolgate/core'
import { expect } from 'chai'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pinsWith } from '../packages/core/test/support/pins.ts'

const issuer = 'https://login.example'
const introspection = { clientId: 'host', clientSecret: { $env: 'SECRET' } }
const environment = { SECRET: 'correct-horse', TENANT: 'https://tenant.example', OTHER: 'https://other.example' }

describe('issuers of two configurations that differ', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'toolgate-issuers-'))
  })
  after(() => rm(folder, { recursive: true }))

  async function sideOf(document: object): Promise<ComparedSide> {
    const file = join(folder, 'mcp.config.json')
    await writeFile(file, JSON.stringify({ resource: 'https://tools.example/mcp', ...document }))
    return { pins: pinsWith([]), config: await loadConfig({ file, folder, environment }) }
  }
  const trusting = (settings: object) => sideOf({ authorizationServers: [{ issuer, ...settings }] })
  const told = (before: ComparedSide, after: ComparedSide) =>
    diffSides(before, after).map((change) => `${change.direction} ${changeText(change)}`)

  const changes: readonly (readonly [from: object, to: object, there: string, back: string])[] = [
    [{ dpop: 'required' }, { dpop: 'allowed' }, 'opens dpop: required -> allowed', 'closes dpop: allowed -> required'],
    [{ dpop: 'allowed' }, {}, 'closes dpop: allowed -> off', 'opens dpop: off -> allowed'],
    [{ dpop: 'required' }, {}, 'opens dpop: required -> off', 'closes dpop: off -> required'],
    [
      { introspection },
      { introspection: { ...introspection, cacheSeconds: 600 } },
      'opens introspection.cacheSeconds: 60 -> 600',
      'closes introspection.cacheSeconds: 600 -> 60',
    ],
    [
      { introspection },
      { introspection: { ...introspection, inactiveCacheSeconds: 5 } },
      'changes introspection.inactiveCacheSeconds: 30 -> 5',
      'changes introspection.inactiveCacheSeconds: 5 -> 30',
    ],
    [
      { algorithms: ['ES256'] },
      { algorithms: ['RS256', 'ES256'] },
      'opens algorithms: ES256 -> ES256 RS256',
      'closes algorithms: ES256 RS256 -> ES256',
    ],
    [
      { tokenTypes: ['at+jwt'] },
      { tokenTypes: ['JWT'] },
      'changes tokenTypes: at+jwt -> JWT',
      'changes tokenTypes: JWT -> at+jwt',
    ],
    [
      { clockSkewSeconds: 5 },
      { clockSkewSeconds: 50 },
      'opens clockSkewSeconds: 5 -> 50',
      'closes clockSkewSeconds: 50 -> 5',
    ],
    [
      {},
      { dangerouslyAllowMissingTokenType: true },
      'opens dangerouslyAllowMissingTokenType: false -> true',
      'closes dangerouslyAllowMissingTokenType: true -> false',
    ],
    [
      {},
      { audience: 'https://api.example' },
      'changes audience: https://tools.example/mcp -> https://api.example',
      'changes audience: https://api.example -> https://tools.example/mcp',
    ],
  ]
  for (const [from, to, there, back] of changes) {
    it(`are told, and what that opens: ${there}`, async () => {
      const placed = (line: string) => [line.replace(' ', ` issuer ${issuer}: `)]
      const [before, after] = [await trusting(from), await trusting(to)]
      expect(told(before, after)).to.deep.equal(placed(there))
      expect(told(after, before)).to.deep.equal(placed(back))
    })
  }

  it('are told where tokens are asked about from now on, and no secret with it', async () => {
    const [before, after] = [await trusting({}), await trusting({ introspection })]
    expect(told(before, after)[0]).to.equal(`opens issuer ${issuer}: introspection: absent -> asked`)
    expect(told(after, before)).to.include(`closes issuer ${issuer}: introspection: asked -> absent`)
    expect(JSON.stringify(diffSides(before, after))).to.not.include('correct-horse')
  })

  it('are told where one comes or goes, the embedded server too', async () => {
    const [external, embedded] = [await trusting({}), await sideOf({ authority: {} })]
    expect(told(external, embedded)).to.deep.equal([
      'opens issuer the embedded server: absent -> trusted',
      `closes issuer ${issuer}: trusted -> absent`,
    ])
    const longer = await sideOf({ authority: { accessTokenSeconds: 7200, dpop: 'required' } })
    expect(told(longer, embedded)).to.deep.equal([
      'opens issuer the embedded server: dpop: required -> off',
      'closes issuer the embedded server: accessTokenSeconds: 7200 -> 3600',
    ])
  })

  it('are not named where the environment names them', async () => {
    const named = (name: string) => sideOf({ authorizationServers: [{ issuer: { $env: name } }] })
    expect(told(await named('TENANT'), await named('OTHER'))).to.deep.equal([
      'opens issuer (from the environment): absent -> trusted',
      'closes issuer (from the environment): trusted -> absent',
    ])
  })

  it('are not told against a lock file, which knows none', async () => {
    const [before, after] = [await trusting({ dpop: 'required' }), await trusting({})]
    expect(told({ pins: before.pins }, after)).to.deep.equal([])
    expect(told(before, { pins: after.pins })).to.deep.equal([])
    expect(told(before, before)).to.deep.equal([])
  })
})
