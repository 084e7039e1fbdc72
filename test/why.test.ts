import type { DecisionRecord } from '@toolgate/audit'
import { loadConfig } from '@toolgate/config'
import { diffPins, explainDenial, inspectPolicy, pinsOf, type InspectedPolicy } from '@toolgate/core'
import { expect } from 'chai'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runToolgate } from '../packages/cli/test/support/run-toolgate.ts'
import { startTestHost, type TestHost } from './support/host.ts'
import { callTool, type WireAnswer } from './support/wire.ts'

describe('why a call was refused', () => {
  let host: TestHost
  before(async () => {
    host = await startTestHost({ config: { tools: { fixture_hidden: { visibility: 'concealed' } } } })
  })
  after(() => host.close())

  async function inspect(change: object = {}): Promise<InspectedPolicy> {
    const text = await readFile(join(host.folder, 'mcp.config.json'), 'utf8')
    const file = join(host.folder, 'changed.config.json')
    await writeFile(file, JSON.stringify({ ...(JSON.parse(text) as object), ...change }))
    return inspectPolicy(await loadConfig({ file, folder: host.folder, environment: {} }))
  }

  async function refused(scopes: string, tool: string, args: object): Promise<readonly [WireAnswer, DecisionRecord]> {
    const wire = await callTool('legacy', host.url, await host.token(scopes), tool, { ...args })
    const record = (await host.audit()).findLast((one) => one.type === 'decision')
    if (record === undefined) throw new Error('the call is not in the audit')
    return [wire, record]
  }

  for (const [scopes, tool, args] of [
    ['fixture:read', 'fixture_write', {}],
    ['fixture:change', 'fixture_conditional', { force: true }],
    ['', 'fixture_conditional', { force: true }],
    ['', 'fixture_conditional', {}],
    ['fixture:admin', 'fixture_admin', {}],
    ['fixture:read', 'fixture_hidden', { number: 1 }],
    ['fixture:read', 'fixture_absent', {}],
  ] as const) {
    it(`is told with the very answer, for ${tool} ${JSON.stringify(args)} with ${scopes || 'no scope'}`, async () => {
      const [wire, record] = await refused(scopes, tool, args)
      const { sameRules, explanation, mends } = explainDenial(await inspect(), record)
      expect(sameRules).to.equal(true)
      expect(explanation.answer?.status).to.equal(wire.status)
      expect(explanation.answer?.headers['WWW-Authenticate']).to.equal(wire.headers['www-authenticate'])
      expect(explanation.answer?.body).to.deep.equal(wire.json())
      expect(mends).to.have.all.keys('caller', 'client', 'operator')
    })
  }

  it('is printed by the command, with a mend for each side, and as JSON', async () => {
    const [, { requestId }] = await refused('fixture:read', 'fixture_write', {})
    const audit = join(host.folder, '.toolgate/audit.ndjson')
    expect(await readFile(audit, 'utf8')).to.contain(requestId)
    const plain = await runToolgate(['why', requestId], { folder: host.folder })
    expect(plain.stderr).to.equal('')
    expect(plain.stdout)
      .to.match(/^fixture_write {2}refused: missing fixture:write$/m)
      .and.to.match(/^ {2}caller {4}Sign in again and allow fixture:write\./m)
      .and.to.match(/^ {2}client {4}Follow the challenge: .+\(fixture:write fixture:read\)/m)
      .and.to.match(/^ {2}operator {2}Let user-1 have fixture:write at http.+visibility to 'listed'\.$/m)
    const json = await runToolgate(['policy', 'why', requestId, '--json'], { folder: host.folder })
    expect(JSON.parse(json.stdout)).to.have.nested.property('[0].explanation.answer.status', 403)
  })

  it('says that the rules have changed since', async () => {
    const [, record] = await refused('fixture:read', 'fixture_write', {})
    const changed = await inspect({ tools: { fixture_write: { scopes: ['fixture:read'], allowSharedScope: true } } })
    const { sameRules, explanation, remarks } = explainDenial(changed, record)
    expect(sameRules).to.equal(false)
    expect(explanation.effect).to.equal('allow')
    expect(remarks.join()).to.contain('The rules have changed since')
  })

  it('is not told as exact where the record had no room for all scopes', async () => {
    const many = Array.from({ length: 70 }, (_, index) => `other:${String(index)}`)
    const [wire, record] = await refused([...many, 'fixture:write'].join(' '), 'fixture_write', {})
    expect(wire.status).to.equal(200)
    const { cut, explanation, remarks } = explainDenial(await inspect(), record)
    expect(cut).to.deep.equal(['all scopes of the token'])
    expect(explanation.caller.scopes).to.deep.equal(many.slice(0, 64))
    expect(remarks.join()).to.match(/had no room for all scopes of the token: .+ What was decided is allow\./)
    const { stdout } = await runToolgate(['why', record.requestId], { folder: host.folder })
    expect(stdout)
      .to.match(/^Not exact: the record had no room for all scopes of the token\.\n/)
      .and.to.contain('the audit: allow at ')
      .and.to.contain('What was decided is allow.')
    const [, whole] = await refused('fixture:read', 'fixture_write', {})
    expect(explainDenial(await inspect(), whole).cut).to.deep.equal([])
    const ended = { ...whole, reason: `${whole.reason}…`, granted: [{ scope: '… 2 more', rule: '' }] }
    expect(explainDenial(await inspect(), ended)).to.deep.include({ cut: ['all scopes by rules', 'the whole reason'] })
  })

  it('names a request that is in no audit', async () => {
    const { code, stderr } = await runToolgate(['why', 'nobody'], { folder: host.folder })
    expect(code).to.equal(1)
    expect(stderr).to.match(/^toolgate: the audit has no decision of the request "nobody"\. .+\n$/)
  })

  describe('and policy diff', () => {
    it('finds nothing between a configuration and itself', async () => {
      expect(diffPins(pinsOf(await inspect()), pinsOf(await inspect()))).to.deep.equal([])
    })

    it('names what opens first, by the fewest scopes that it opens to', async () => {
      const before = await inspect()
      const after = await inspect({
        scopes: { 'fixture:read': { implies: ['fixture:audit'] } },
        tools: {
          fixture_hidden: { visibility: 'listed' },
          fixture_echo: { scopes: ['fixture:write'] },
          fixture_conditional: { when: [] },
        },
      })
      const access = { subject: 'access', from: 'denied', to: 'allowed' }
      const conditionHash = [
        ...(pinsOf(before)
          .tools.find(({ tool }) => tool === 'fixture_conditional')
          ?.when.keys() ?? []),
      ][0]
      const changes = diffPins(pinsOf(before), pinsOf(after))
      expect(changes.filter(({ direction }) => direction === 'opens')).to.deep.include.members([
        { ...access, direction: 'opens', tool: 'fixture_admin', scopes: ['fixture:admin', 'fixture:read'] },
        { ...access, direction: 'opens', tool: 'fixture_echo', scopes: ['fixture:write'] },
        {
          direction: 'opens',
          subject: 'condition',
          tool: 'fixture_conditional',
          condition: conditionHash,
          from: 'fixture:force',
          to: 'absent',
        },
        {
          ...access,
          direction: 'opens',
          tool: 'fixture_conditional',
          scopes: ['fixture:change'],
          from: 'depends-on-arguments',
        },
      ])
      expect(changes).to.deep.include({
        direction: 'opens',
        subject: 'implies',
        scope: 'fixture:read',
        from: 'absent',
        to: 'fixture:audit',
      })
      const closing = changes.findIndex(({ direction }) => direction === 'closes')
      expect(changes.slice(closing)).to.deep.equal([
        {
          direction: 'closes',
          subject: 'access',
          tool: 'fixture_echo',
          scopes: ['fixture:read'],
          from: 'allowed',
          to: 'denied',
        },
      ])
    })

    it('says what is asked of the sign-in, and takes what lets more sign-ins pass for opening', async () => {
      const asking = async (requires?: object) =>
        pinsOf(await inspect({ tools: { fixture_write: requires === undefined ? {} : { requires } } }))
      const change = { subject: 'fact', tool: 'fixture_write', fact: 'maxAgeSeconds' }
      const none = await asking()
      const recent = await asking({ maxAgeSeconds: 300 })
      expect(diffPins(none, recent)).to.deep.equal([{ ...change, direction: 'closes', from: 'absent', to: '300' }])
      expect(diffPins(recent, none)).to.deep.equal([{ ...change, direction: 'opens', from: '300', to: 'absent' }])
      for (const [from, to, direction] of [
        [{ maxAgeSeconds: 300 }, { maxAgeSeconds: 301 }, 'opens'],
        [{ maxAgeSeconds: 300 }, { acr: ['gold'] }, 'opens'],
        [{ acr: ['gold'] }, { acr: ['gold', 'silver'] }, 'opens'],
        [{ acr: ['gold', 'silver'] }, { acr: ['silver'], maxAgeSeconds: 9 }, 'closes'],
      ] as const) {
        expect(diffPins(await asking(from), await asking(to))).to.have.nested.property('[0].direction', direction)
      }
    })

    it('ends with exit code 1 on request if anything differs', async () => {
      await inspect({ tools: { fixture_hidden: { visibility: 'concealed' }, fixture_write: { visibility: 'listed' } } })
      const files = ['mcp.config.json', 'changed.config.json']
      const differing = await runToolgate(['policy', 'diff', ...files, '--exit-code'], { folder: host.folder })
      expect(differing.code).to.equal(1)
      expect(differing.stdout).to.contain('Opens\n  fixture_write: granted -> listed\n')
      const same = ['mcp.config.json', 'mcp.config.json', '--exit-code']
      const equal = await runToolgate(['policy', 'diff', ...same], { folder: host.folder })
      expect(equal.code).to.equal(0)
      expect(equal.stdout).to.equal('Nothing opens and nothing closes.\n')
    })
  })
})
