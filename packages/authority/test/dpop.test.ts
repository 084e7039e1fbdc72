import { expect } from 'chai'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { AuthorityError } from '../src/index.ts'
import type { AuthorityDpop } from '../src/index.ts'
import { obtainToken, register, startFixture, verify } from './support/fixture.ts'
import type { Fixture } from './support/fixture.ts'

const dpop = (mode: AuthorityDpop['mode']): AuthorityDpop => ({ mode, algorithms: ['ES256'], nonce: false })

describe('an authority whose dpop was changed', () => {
  let dataFolder: string
  let fixture: Fixture | undefined
  beforeEach(() => {
    dataFolder = mkdtempSync(join(tmpdir(), 'toolgate-authority-'))
  })
  afterEach(async () => {
    await fixture?.close()
    rmSync(dataFolder, { recursive: true })
  })

  /** Registers a client under one mode, and asks for a token without a proof under another. */
  async function change(from: AuthorityDpop['mode'], to: AuthorityDpop['mode']): Promise<Record<string, unknown>> {
    const first = await startFixture({ dataFolder, dpop: dpop(from) })
    const { client_id: clientId } = await register(first, { dpop_bound_access_tokens: false })
    await obtainToken(first, String(clientId)).catch(() => undefined)
    await first.close()
    fixture = await startFixture({ dataFolder, dpop: dpop(to) })
    return (await obtainToken(fixture, String(clientId))).answer
  }

  for (const from of ['off', 'allowed', 'required'] as const) {
    it(`gives no token without a proof once it is required, to a client of when it was ${from}`, async () => {
      expect(await change(from, 'required')).to.deep.include({ status: 400, error: 'invalid_grant' })
    })
  }

  it('gives plain tokens again once it is allowed, to a client of when it was required', async () => {
    expect(await change('required', 'allowed')).to.deep.include({ status: 200, token_type: 'Bearer' })
  })

  it('makes tokens for scripts unless every token has to be bound', async () => {
    const token = { user: 'alice', scopes: ['notes:read'], ttlSeconds: 60 }
    fixture = await startFixture({ dataFolder, dpop: dpop('allowed') })
    expect(await verify(fixture, await fixture.authority.makeToken(token))).to.not.have.property('cnf')
    await fixture.close()
    fixture = await startFixture({ dataFolder, dpop: dpop('required') })
    const error: unknown = await fixture.authority.makeToken(token).catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(AuthorityError).with.property('code', 'key_required')
  })
})
