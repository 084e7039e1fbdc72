import { expect } from 'chai'
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkProperty } from './support/hostile/check-property.ts'
import { createRawClient } from './support/hostile/raw-client.ts'
import { startTestHost, type TestHost } from './support/host.ts'
import { callTool, post, postModern, type WireAnswer } from './support/wire.ts'

interface KeptEnvelope {
  readonly why: string
  readonly body: string
  readonly status: number
  readonly code?: number
  /** The tool's arguments are refused. */
  readonly faulty?: true
}

const envelopes = JSON.parse(
  readFileSync(join(import.meta.dirname, 'corpus/envelope.json'), 'utf8'),
) as readonly KeptEnvelope[]
const inheritedNames = Object.getOwnPropertyNames(Object.prototype).filter((name) => name !== '__proto__')

describe('hostile input on the wire', () => {
  let host: TestHost
  let token: string
  before(async () => {
    host = await startTestHost({ config: { tools: { fixture_write: { visibility: 'listed' } } } })
    token = await host.token('fixture:read fixture:change')
  })
  after(() => host.close())
  afterEach(() => {
    expect(Object.getOwnPropertyNames(Object.prototype).filter((name) => !inheritedNames.includes(name))).to.deep.equal(
      ['__proto__'],
    )
  })

  for (const { why, body, status, code, faulty } of envelopes) {
    it(`responds ${String(status)} ${String(code ?? '')} to ${why}`, async () => {
      const answer = await post(host.url, token, body)
      expect(answer.status).to.equal(status)
      if (code !== undefined) expect(answer.error().code).to.equal(code)
      else expect(answer.result().isError ?? false).to.equal(faulty ?? false)
    })
  }

  it('never gets a 5xx for a body, and runs no tool without a decision', async () => {
    const call = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"fixture_anyone","arguments":{}}}'
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '"id":1',
      '"method":"tools/call"',
      '"jsonrpc":"2.0"',
      '"params":',
      '{"name":"fixture_anyone"}',
      '{"name":"fixture_write"}',
      'null',
      '1e9',
      '\ufeff',
      '\u0000',
      '"__proto__":',
    )
    const patched = fc
      .array(fc.tuple(fc.nat(call.length), fc.nat(4), fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 3 }))), {
        maxLength: 3,
      })
      .map((patches) =>
        patches.reduce((text, [at, length, by]) => text.slice(0, at) + by + text.slice(at + length), call),
      )
    const body = fc.oneof(
      patched,
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    )
    const revision = fc.constantFrom('2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28', '')
    await checkProperty(
      'envelope-bytes',
      fc.record({ body, revision }),
      async (input) => {
        const headers = { 'mcp-protocol-version': input.revision, 'mcp-method': undefined }
        return (await post(host.url, token, input.body, headers)).status < 500
      },
      400,
    )
    await expectDecided()
  })

  it('is let in by Host and Origin exactly as a model of the two says', async () => {
    const { host: authority, origin, port } = new URL(host.url)
    const client = createRawClient(Number(port))
    const piece = fc.constantFrom(
      'AUTHORITY',
      'ORIGIN',
      'attacker.example',
      '127.0.0.1',
      ':',
      '.',
      '@',
      '/',
      ',',
      ' ',
      '\t',
      '%',
      '#',
      '?',
      '[::1]',
      'null',
      'https://',
      'x',
      '\u00ff',
    )
    const value = fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom('AUTHORITY', 'ORIGIN') },
      { weight: 3, arbitrary: fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join('')) },
    )
    const inputs = fc.record({
      hosts: fc.array(value, { minLength: 1, maxLength: 2 }),
      origins: fc.array(value, { maxLength: 2 }),
    })
    try {
      await checkProperty(
        'origin-host',
        inputs,
        async (input) => {
          const fill = (text: string) => text.replaceAll('AUTHORITY', authority).replaceAll('ORIGIN', origin)
          const hosts = input.hosts.map(fill)
          const origins = input.origins.map(fill)
          const lines = [...hosts.map((each) => `Host: ${each}`), ...origins.map((each) => `Origin: ${each}`)]
          const [status] = await client.send(
            `POST /mcp HTTP/1.1\r\n${lines.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`,
            1,
          )
          const sent = (values: readonly string[]) => values.map((each) => each.replace(/^[ \t]+|[ \t]+$/g, ''))
          const wellAddressed = hosts.length === 1 && sent(hosts)[0] === authority
          const wellBorn = origins.length === 0 || (origins.length === 1 && sent(origins)[0] === origin)
          return status === (wellAddressed && wellBorn ? 401 : 403)
        },
        400,
      )
    } finally {
      client.close()
    }
  })

  for (const family of ['modern', 'legacy'] as const) {
    for (const name of inheritedNames) {
      it(`is an argument like any other by ${family} revisions: ${name}`, async () => {
        const args = { [name]: { polluted: true } }
        const answer = await callTool(family, host.url, token, 'fixture_header', args)
        expect(textOf(answer)).to.equal(JSON.stringify(args))
        const denied = await callTool(family, host.url, token, 'fixture_conditional', { ...args, force: true })
        expect(denied.status).to.equal(403)
        expect((await callTool(family, host.url, token, 'fixture_write', args)).status).to.equal(403)
        expect(textOf(await callTool(family, host.url, token, 'fixture_conditional', args))).to.equal('changed')
      })
    }

    it(`cannot change what is decided or run by __proto__, by ${family} revisions`, async () => {
      const forced = JSON.parse('{"__proto__":{"force":true}}') as Record<string, unknown>
      const hidden = JSON.parse('{"force":true,"__proto__":{"force":false}}') as Record<string, unknown>
      for (const args of [forced, hidden]) {
        expect((await callText(family, 'fixture_write', args)).status).to.equal(403)
        const answer = await callText(family, 'fixture_conditional', args)
        expect(textOf(answer)).to.match(/\/__proto__: is not an accepted name$/)
      }
      await expectDecided()
    })
  }

  /** With the arguments as text, since copying an object would take `__proto__` for its prototype. */
  function callText(family: 'modern' | 'legacy', name: string, args: object): Promise<WireAnswer> {
    const params = { name, arguments: args }
    if (family === 'modern') return postModern(host.url, token, { method: 'tools/call', params })
    return post(host.url, token, { jsonrpc: '2.0', id: 1, method: 'tools/call', params })
  }

  function textOf(answer: WireAnswer): string | undefined {
    return (answer.result().content as readonly { readonly text?: string }[])[0]?.text
  }

  async function expectDecided(): Promise<void> {
    const allowed = new Set<string>()
    for (const record of await host.audit()) {
      if (record.type === 'decision' && record.effect === 'allow') allowed.add(record.requestId)
      // Arguments that the schema refuses are never judged: nothing runs.
      const began = record.type === 'outcome' && record.outcome !== 'invalid-arguments'
      if (began) expect(allowed.has(record.requestId), 'an outcome has its decision').to.equal(true)
    }
  }
})
