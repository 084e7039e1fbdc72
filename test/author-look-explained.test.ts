import { loadConfig } from '@toolgate/config'
import {
  diffPins,
  explainCall,
  explainDenial,
  inspectPolicy,
  pinsOf,
  policyMatrix,
  readCaller,
  type InspectedPolicy,
} from '@toolgate/core'
import { expect } from 'chai'
import { join } from 'node:path'
import { runToolgate } from '../packages/cli/test/support/run-toolgate.ts'
import { looks } from './support/looking-plugin.ts'
import { startLookingHost } from './support/looking-host.ts'
import type { TestHost } from './support/host.ts'
import { callTool, type WireAnswer } from './support/wire.ts'

describe('the look of a tool’s author, explained', () => {
  let host: TestHost
  let inspected: InspectedPolicy
  before(async () => {
    host = await startLookingHost()
    const file = join(host.folder, 'mcp.config.json')
    inspected = await inspectPolicy(await loadConfig({ file, folder: host.folder, environment: {} }))
  })
  after(() => host.close())

  const countLooks = () => [...looks.values()].flat().length

  async function explained(scopes: readonly string[], tool: string, args?: object) {
    const caller = await readCaller(inspected, { scopes }, 0)
    return explainCall(inspected, { tool, caller, args: args === undefined ? undefined : { value: args } })
  }

  it('is said to follow an allowed call, with what it may demand, and is not taken', async () => {
    const before = countLooks()
    for (const args of [undefined, {}]) {
      const { effect, steps, remarks, answer } = await explained(['look:read'], 'looking_both', args)
      expect(effect).to.equal('allow')
      expect(steps).to.deep.include({
        kind: 'demand',
        declaredAt: 'authorize of looking_both in plugin looking',
        scopes: ['look:secret', 'look:more'],
        made: 'unknown',
        missing: [],
      })
      expect(remarks.join()).to.match(
        /author of looking_both looks at it too .+ may demand look:secret look:more: .+ 403/,
      )
      expect(answer).to.include({ status: 200 })
    }
    expect(countLooks()).to.equal(before)
  })

  it('is no matter of a call that is refused before it', async () => {
    const { effect, remarks, answer } = await explained([], 'looking_both', {})
    expect(effect).to.equal('deny')
    expect(remarks).to.deep.equal([])
    expect(answer).to.include({ status: 403 })
  })

  it('is printed by the command', async () => {
    const args = ['policy', 'explain', '--tool', 'looking_both', '--scopes', 'look:read']
    const { stdout } = await runToolgate(args, { folder: host.folder })
    expect(stdout)
      .to.match(/^looking_both {2}allowed, unless its author asks for more$/m)
      .and.to.match(/^ {2}its author looks at the call too, and may demand look:secret look:more: not known here \[/m)
      .and.to.match(/^Before the call runs, the author of looking_both looks at it too/m)
  })

  it('stands in the matrix, in the table of tools and in a list that a caller is shown', async () => {
    const { scopes, tools } = policyMatrix(inspected)
    const row = tools.find(({ tool }) => tool === 'looking_both')
    const cells = Object.fromEntries(scopes.map((scope, index) => [scope, row?.cells[index]]))
    expect(cells).to.deep.equal({
      'look:combination': 'none',
      'look:more': 'demand',
      'look:read': 'depends-on-arguments',
      'look:secret': 'demand',
      'look:vault': 'none',
    })
    const check = await runToolgate(['check'], { folder: host.folder })
    expect(check.stdout).to.match(/^looking_both +looking +look:read, look:secret look:more if its author asks /m)
    const view = await runToolgate(['policy', 'view', '--scopes', 'look:read'], { folder: host.folder })
    expect(view.stdout).to.match(/^looking_both +allowed, unless its author asks for more$/m)
  })

  async function recorded(scopes: string, tool: string) {
    const wire = await callTool('legacy', host.url, await host.token(scopes), tool, {})
    const record = (await host.audit()).findLast((one) => one.type === 'decision')
    if (record === undefined) throw new Error('the call is not in the audit')
    return [wire, record] as const
  }

  function expectSame(wire: WireAnswer, { answer }: ReturnType<typeof explainDenial>['explanation']): void {
    expect(answer?.status).to.equal(wire.status)
    expect(answer?.headers['WWW-Authenticate']).to.equal(wire.headers['www-authenticate'])
    expect(answer?.body).to.deep.equal(wire.json())
  }

  for (const scopes of ['look:read', 'look:read look:more', 'look:read look:secret', '']) {
    it(`is told from its record with the very answer, to a caller with ${scopes || 'no scope'}`, async () => {
      const [wire, record] = await recorded(scopes, 'looking_both')
      const before = countLooks()
      const { sameRules, explanation, mends } = explainDenial(inspected, record)
      expect(wire.status).to.equal(403)
      expect(sameRules).to.equal(true)
      expectSame(wire, explanation)
      expect(mends?.caller).to.match(/^Sign in again and allow look:/)
      expect(countLooks()).to.equal(before)
    })
  }

  it('sends an operator to the log for a refusal that no scope helps against', async () => {
    const [, { requestId }] = await recorded('look:read', 'looking_throws')
    const { stdout } = await runToolgate(['why', requestId], { folder: host.folder })
    expect(stdout)
      .to.match(/refused at .+authorize of the plugin threw\)/)
      .and.to.match(/^ {2}client {4}Nothing: signing in again does not help\.$/m)
      .and.to.include(
        `operator  Look for ${requestId} in the log: authorize of looking_throws (plugin looking) refused`,
      )
    const query = await runToolgate(['audit', 'query', '--decision', 'refused'], { folder: host.folder })
    expect(query.stdout).to.include('refused  looking_throws')
  })

  it('tells of a call whose handler demanded more, with the mends of a denial', async () => {
    const [wire, { requestId }] = await recorded('look:read', 'looking_begun')
    expect(wire.status).to.equal(200)
    const { stdout } = await runToolgate(['why', requestId], { folder: host.folder })
    expect(stdout)
      .to.match(/^ {2}caller {4}Sign in again and allow look:secret look:more\./m)
      .and.to.match(/^ {2}client {4}Follow the challenge: .*\(look:read look:secret look:more\)/m)
      .and.to.include('The tool ran and then demanded look:secret look:more')
      .and.to.not.include('The call was not refused.')
  })

  it('opens or closes in a diff: a new look closes, a changed or missing one opens', () => {
    const tool = inspected.catalogue.tools.get('looking_both')
    if (tool === undefined) throw new TypeError('the plugin has no such tool')
    const pinned = (mayRequire: readonly string[] | undefined) => {
      const { mayRequire: _own, ...rule } = tool.policy
      const policy = { ...rule, ...(mayRequire === undefined ? {} : { mayRequire }) }
      return pinsOf({ ...inspected, catalogue: { entries: new Map([[tool.name, { ...tool, policy }]]) } })
    }
    const [none, some, more] = [pinned(undefined), pinned(['look:secret']), pinned(['look:secret', 'look:more'])]
    const change = { subject: 'fact', tool: 'looking_both', fact: 'authorize' }
    expect(diffPins(some, some)).to.deep.equal([])
    expect(diffPins(none, some)).to.deep.equal([{ ...change, direction: 'closes', from: 'absent', to: 'look:secret' }])
    expect(diffPins(some, none)).to.deep.equal([{ ...change, direction: 'opens', from: 'look:secret', to: 'absent' }])
    expect(diffPins(more, some)).to.deep.equal([
      { ...change, direction: 'opens', from: 'look:more look:secret', to: 'look:secret' },
    ])
  })
})
