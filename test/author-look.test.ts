import { expect } from 'chai'
import { looks, runs } from './support/looking-plugin.ts'
import { shortLooks, startLookingHost } from './support/looking-host.ts'
import type { TestHost } from './support/host.ts'
import { callTool, listTools, postModern, send, type WireAnswer } from './support/wire.ts'

const outOfTime = /^The call was refused: its tool did not judge it within 250 ms\. Correlation id: [0-9a-f-]{36}$/
const families = ['modern', 'legacy'] as const

function countOf(log: typeof runs, name: string): number {
  return log.get(name)?.length ?? 0
}

function textOf(answer: WireAnswer): string {
  return (answer.result().content as { readonly text: string }[])[0]?.text ?? ''
}

describe('the look of a tool’s author at a call', () => {
  let host: TestHost
  let short: TestHost
  let reader: string
  let holder: string
  before(async () => {
    host = await startLookingHost({ scopes: { 'look:all': { implies: ['look:secret', 'look:more'] } } })
    short = await startLookingHost(shortLooks)
    reader = await host.token('look:read email')
    holder = await host.token('look:read look:secret look:more')
  })
  after(async () => {
    await host.close()
    await short.close()
  })

  async function recordsOf(act: () => Promise<unknown>, of = host) {
    const before = (await of.audit()).length
    await act()
    return (await of.audit()).slice(before)
  }

  for (const family of families) {
    describe(`by ${family} revisions`, () => {
      it('sees the frozen arguments with their defaults, the very object that the handler gets', async () => {
        const answer = await callTool(family, host.url, reader, 'looking_nothing', { id: 'a' })
        expect(answer.result().structuredContent).to.deep.equal({ done: true })
        const [seen, given] = [looks.get('nothing')?.at(-1), runs.get('nothing')?.at(-1)]
        expect(seen).to.deep.equal({ id: 'a', depth: 1 }).and.to.be.frozen
        expect(given).to.equal(seen)
      })

      for (const tool of ['both', 'swallows', 'wraps', 'widens']) {
        it(`responds 403 with every scope of the call in one challenge, and runs nothing (${tool})`, async () => {
          const ran = countOf(runs, tool)
          let answer: WireAnswer | undefined
          const records = await recordsOf(async () => {
            answer = await callTool(family, host.url, reader, `looking_${tool}`)
          })
          expect(answer?.status).to.equal(403)
          expect(answer?.headers['www-authenticate']).to.equal(
            `Bearer error="insufficient_scope", scope="look:read look:secret look:more", resource_metadata="${host.origin}/.well-known/oauth-protected-resource/mcp"`,
          )
          expect(answer?.headers['cache-control']).to.equal('no-store')
          expect(answer?.error().message).to.match(
            /^looking_\w+ needs the scopes look:secret look:more, .* sign in again/,
          )
          expect(answer?.error().data).to.deep.include({
            tool: `looking_${tool}`,
            required: ['look:read', 'look:secret', 'look:more'],
            granted: ['look:read', 'email'],
            missing: ['look:secret', 'look:more'],
          })
          expect(countOf(runs, tool)).to.equal(ran)
          expect(records).to.have.length(1)
          expect(records[0]).to.deep.include({ effect: 'deny', missing: ['look:secret', 'look:more'] })
          expect(records[0])
            .to.have.property('reason')
            .that.includes('; authorize of the plugin demands look:secret look:more')
        })
      }

      it('lets a caller through who meets the demand, by implication too, and records it with the one decision', async () => {
        for (const token of [holder, await host.token('look:read look:all')]) {
          let answer: WireAnswer | undefined
          const [decision, outcome, ...rest] = await recordsOf(async () => {
            answer = await callTool(family, host.url, token, 'looking_both')
          })
          expect(answer?.result().structuredContent).to.deep.equal({ done: true })
          expect(decision).to.include({ type: 'decision', effect: 'allow' })
          expect(decision)
            .to.have.property('reason')
            .that.includes('authorize of the plugin demands look:secret look:more')
          expect(outcome).to.include({ type: 'outcome', outcome: 'ok' })
          expect(rest).to.deep.equal([])
        }
      })

      it('stops the code at a demand that is not met, and at no other', async () => {
        const past = () => countOf(looks, 'one, past its demand')
        const before = past()
        expect((await callTool(family, host.url, reader, 'looking_one')).status).to.equal(403)
        expect(past()).to.equal(before)
        expect((await callTool(family, host.url, holder, 'looking_one')).status).to.equal(200)
        expect(past()).to.equal(before + 1)
      })

      it('lets the same call through once the challenge is met', async () => {
        const refused = await callTool(family, host.url, reader, 'looking_both')
        const scope = /scope="([^"]*)"/.exec(refused.headers['www-authenticate'] ?? '')?.[1] ?? ''
        expect((await callTool(family, host.url, await host.token(scope), 'looking_both')).status).to.equal(200)
      })

      it('may ask by the arguments', async () => {
        const call = (id: string) => callTool(family, host.url, reader, 'looking_by_argument', { id })
        expect((await call('private')).status).to.equal(403)
        expect((await call('public')).status).to.equal(200)
      })

      it('responds 403 if a demand is not met and the code then never ends', async () => {
        const token = await short.token('look:read')
        const answer = await callTool(family, short.url, token, 'looking_swallows_and_hangs')
        expect(answer.status).to.equal(403)
        expect(answer.headers['www-authenticate']).to.include('scope="look:read look:secret look:more"')
      })

      const refusals: Readonly<Record<string, { readonly words?: RegExp; readonly why: string }>> = {
        throws: { why: 'threw' },
        rejects: { why: 'threw' },
        throws_nothing: { why: 'threw' },
        throws_a_trap: { why: 'threw' },
        words: { why: 'refused in words', words: /^this note is locked: unlock it first$/ },
        hangs: { why: 'timed out', words: outOfTime },
        blocks: { why: 'timed out', words: outOfTime },
        returns_true: { why: 'returned a value' },
        returns_false: { why: 'returned a value' },
        returns_a_promise_of_true: { why: 'returned a value' },
        returns_a_trap: { why: 'threw' },
        undeclared: { why: 'demanded what it may not' },
        list: { why: 'demanded what it may not' },
        mutates: { why: 'threw' },
      }
      const bland = /^The call was refused: its tool could not judge it\. Correlation id: [0-9a-f-]{36}$/
      for (const [tool, { words = bland, why }] of Object.entries(refusals)) {
        it(`refuses the call, whatever its scopes, and runs nothing, if it ${tool}`, async () => {
          const at = words === outOfTime ? short : host
          const token = await at.token('look:read look:secret look:more')
          let answer: WireAnswer | undefined
          const records = await recordsOf(async () => {
            answer = await callTool(family, at.url, token, `looking_${tool}`)
          }, at)
          if (answer === undefined) throw new Error('no answer')
          expect(answer.status).to.equal(200)
          expect(answer.headers['www-authenticate']).to.equal(undefined)
          expect(answer.result()).to.include({ isError: true })
          expect(answer.result()).to.not.have.property('structuredContent')
          expect(textOf(answer)).to.match(words)
          expect(answer.text).to.not.include('/srv/vault')
          expect(countOf(looks, tool)).to.be.above(0)
          expect(countOf(runs, tool)).to.equal(0)
          expect(records).to.have.length(1)
          expect(records[0]).to.include({ type: 'decision', effect: 'refused' })
          expect(records[0]).to.have.property('reason').that.includes(`; authorize of the plugin ${why}`)
          expect(records[0]).to.have.property('argumentsHash')
        })
      }

      it('tells the detail to the log alone, under the correlation id', async () => {
        const answer = await callTool(family, host.url, holder, 'looking_throws')
        const id = /[0-9a-f-]{36}/.exec(textOf(answer))?.[0] ?? 'none'
        expect(host.log.filter((line) => line.includes(id)).join('\n')).to.include('detail of /srv/vault')
      })

      it('changes no argument by writing to it in vain', async () => {
        await callTool(family, host.url, reader, 'looking_mutates_in_vain', { id: 'mine' })
        expect(runs.get('mutates_in_vain')?.at(-1)).to.deep.equal({ id: 'mine', depth: 1 })
      })
    })
  }

  it('comes last: no code runs for a caller without the scopes, or for arguments that do not fit', async () => {
    const before = countOf(looks, 'both')
    expect((await callTool('modern', host.url, await host.token('email'), 'looking_both')).status).to.equal(403)
    expect((await callTool('modern', host.url, reader, 'looking_both', { depth: 'deep' })).result()).to.include({
      isError: true,
    })
    const headers = { 'mcp-name': 'looking_one' }
    const params = { name: 'looking_both' }
    expect((await postModern(host.url, reader, { method: 'tools/call', params }, headers)).status).to.equal(400)
    expect(countOf(looks, 'both')).to.equal(before)
  })

  it('hides no tool from a list', async () => {
    const { tools } = (await listTools('modern', host.url, reader)).result() as { tools: { name: string }[] }
    expect(tools.map(({ name }) => name)).to.include('looking_both')
  })

  it('may demand what the metadata names, but for the demands of concealed tools', async () => {
    const { text } = await send(host.origin, { path: '/.well-known/oauth-protected-resource/mcp' })
    expect((JSON.parse(text) as { scopes_supported: string[] }).scopes_supported).to.deep.equal([
      'look:more',
      'look:read',
      'look:secret',
    ])
  })

  it('is not taken of a concealed tool for one who may not see it; one who does gets a challenge', async () => {
    const before = countOf(looks, 'vault')
    const hidden = await callTool('modern', host.url, reader, 'looking_vault')
    expect(hidden.error()).to.deep.equal({ code: -32602, message: 'Unknown tool: looking_vault' })
    expect(countOf(looks, 'vault')).to.equal(before)
    const answer = await callTool('modern', host.url, await host.token('look:vault'), 'looking_vault')
    expect(answer.status).to.equal(403)
    expect(answer.headers['www-authenticate']).to.include('scope="look:vault look:combination"')
  })
})

describe('the look of a tool’s author, with decisions on the disk first', () => {
  it('denies, refuses and allows, each with its one decision', async () => {
    const host = await startLookingHost({ audit: { durability: 'disk' } })
    try {
      const token = await host.token('look:read')
      const answers = await Promise.all(
        ['looking_both', 'looking_throws', 'looking_nothing'].map((tool) => callTool('modern', host.url, token, tool)),
      )
      expect(answers.map(({ status }) => status)).to.deep.equal([403, 200, 200])
      const effects = (await host.audit()).flatMap((record) => (record.type === 'decision' ? [record.effect] : []))
      expect(effects.sort()).to.deep.equal(['allow', 'deny', 'refused'])
    } finally {
      await host.close()
    }
  })
})
