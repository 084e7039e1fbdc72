import type { Random } from './random.ts'

/** A request as bytes (latin-1), and whether HTTP itself is broken by it: nothing can follow on its connection then. */
export interface MalformedRequest {
  readonly kind: string
  readonly text: string
  readonly ends: boolean
}

/** Where the requests go and with which token. */
export interface Target {
  readonly authority: string
  readonly token: string
}

type Maker = (random: Random, target: Target) => MalformedRequest

const call = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"fixture_echo","arguments":{"text":"x"}}}'
const meta =
  '"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}'
const junk = [
  'null',
  'true',
  '7',
  '-0',
  '1e400',
  '""',
  '[]',
  '{}',
  '"\\ud800"',
  '[[[]]]',
  '{"__proto__":{"a":1}}',
] as const

const bodies: readonly [(random: Random) => string, ...((random: Random) => string)[]] = [
  (random) => call.slice(0, random.below(call.length)),
  (random) => random.bytes(1 + random.below(64)),
  (random) => call.replace('"x"', random.of(['x', '"\\ud83d"', '\u00ff', '1e999', '"x" "y"', '[1,]', "'x'", 'NaN'])),
  (random) => '['.repeat(1 + random.below(200)) + ']'.repeat(random.below(200)),
  (random) => `\u00ef\u00bb\u00bf${random.of([call, ''])}`,
  (random) => `[${Array.from({ length: random.below(60) }, () => random.of(junk)).join(',')}]`,
  (random) => random.of(junk),
  (random) =>
    `{"jsonrpc":${random.of(junk)},"id":${random.of(junk)},"method":${random.of(junk)},"params":${random.of(junk)}}`,
  (random) => `{"jsonrpc":"2.0","id":${'9'.repeat(random.below(400))}.5e${String(random.below(400))},"method":7}`,
  (random) =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":${random.of(junk)},"arguments":${random.of(junk)}}}`,
  (random) =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"fixture_echo","arguments":{"text":"x",${random.of(['"__proto__":{}', '"constructor":{}', '"text":7', '"times":-1', '"toString":1'])}}}}`,
  (random) =>
    `{"jsonrpc":"2.0","id":1,"method":"${random.of(['tools/list', 'tools/get', 'prompts/get', 'x'.repeat(300)])}","params":{"cursor":${random.of(junk)}}}`,
  (random) =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"fixture_echo","_meta":${random.of(junk)}}}`,
  (random) =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"fixture_echo",${meta},"arguments":${random.of(junk)}}}`,
  (random) => `{"jsonrpc":"2.0","id":1,"result":${random.of(junk)}}`,
]

const post = (random: Random, target: Target, changes: Readonly<Record<string, string | undefined>>, body: string) => {
  const headers: Record<string, string | undefined> = {
    Host: target.authority,
    Authorization: `Bearer ${target.token}`,
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
    ...(random.below(2) === 0 ? {} : { 'MCP-Protocol-Version': random.of(['2025-11-25', '2025-03-26', '2024-11-05']) }),
    ...changes,
    'Content-Length': String(body.length),
  }
  const lines = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]))
  return `POST /mcp HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`
}

const makers: readonly [Maker, ...Maker[]] = [
  (random, target) => ({ kind: 'body', ends: false, text: post(random, target, {}, random.of(bodies)(random)) }),
  (random, target) => ({ kind: 'body', ends: false, text: post(random, target, {}, random.of(bodies)(random)) }),
  (random, target) => ({
    kind: 'stateless body',
    ends: false,
    text: post(
      random,
      target,
      {
        'MCP-Protocol-Version': random.of(['2026-07-28', '2026-07-2', '9999-99-99', 'x', '']),
        'Mcp-Method': random.of(['tools/call', 'tools/list', undefined, 'x', '=?base64?!?=']),
        'Mcp-Name': random.of(['fixture_echo', undefined, '=?base64?eA==?=', '=?base64?=?=', 'x'.repeat(500)]),
        'Mcp-Param-Region': random.of([undefined, 'x', '=?base64?AA?=']),
      },
      random.of(bodies)(random),
    ),
  }),
  (random, target) => ({
    kind: 'credentials',
    ends: false,
    text: post(
      random,
      target,
      {
        Authorization: random.of([
          undefined,
          '',
          'Bearer',
          'Bearer a b',
          `Bearer ${target.token.slice(0, random.below(target.token.length))}`,
          `Bearer ${target.token}\r\nAuthorization: Bearer ${target.token}`,
          `bearer ${'a.'.repeat(random.below(2_000))}`,
          `Bearer ${'.'.repeat(random.below(9))}`,
          `Basic ${Buffer.from(random.bytes(9), 'latin1').toString('base64')}`,
          `DPoP ${target.token}`,
          `Bearer ${Buffer.from(random.bytes(30), 'latin1').toString('base64url')}.e30.e30`,
          `Bearer eyJhbGciOiJub25lIn0.${Buffer.from('{"__proto__":{}}').toString('base64url')}.`,
        ]),
      },
      call,
    ),
  }),
  (random, target) => ({
    kind: 'headers',
    ends: false,
    text: post(
      random,
      target,
      {
        'Content-Type': random.of([
          'text/plain',
          '',
          'application/json; charset=utf-16',
          'application/json\r\nContent-Type: x/y',
        ]),
        Accept: random.of(['*/*', '', 'text/html', 'application/json, text/event-stream']),
        Origin: random.of([
          undefined,
          'null',
          'https://attacker.example',
          'http://127.0.0.1',
          random.of(['', 'x', '\u00ff']),
        ]),
        Host: random.of([target.authority, 'attacker.example', `${target.authority}.`, `${target.authority}@x`]),
        'Content-Encoding': random.of([undefined, 'gzip', 'br', 'identity, gzip']),
      },
      call,
    ),
  }),
  (random, target) => {
    const path = random.of([
      '/%',
      '/mcp%00',
      '/mcp/%2e%2e',
      '//mcp',
      '/mcp?access_token=x',
      '/.well-known/%ff',
      '/\u00ff',
      '/?%E0%A4%A',
    ])
    const method = random.of(['GET', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])
    return {
      kind: 'path',
      ends: false,
      text: `${method} ${path} HTTP/1.1\r\nHost: ${target.authority}\r\nContent-Length: 0\r\n\r\n`,
    }
  },
]

/** About one in twenty: each needs a connection of its own. */
const breakers: readonly [Maker, ...Maker[]] = [
  (random) => ({ kind: 'bytes', ends: true, text: `${random.bytes(1 + random.below(200))}\r\n\r\n` }),
  (random, { authority }) => ({
    kind: 'HTTP',
    ends: true,
    text: random.of([
      `POST /mcp HTTP/1.1\r\nHost: ${authority}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      `POST /mcp HTTP/1.1\r\nHost: ${authority}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
      `POST /mcp HTTP/1.1\r\nHost: ${authority}\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
      `POST /mcp HTTP/1.1\r\nHost: ${authority}\r\nContent-Length: -1\r\n\r\n`,
      `POST /mcp HTTP/1.1\r\nHost: ${authority}\r\nX: a\r\n folded\r\n\r\n`,
      `POST /mcp HTTP/1.1\r\nHost: ${authority}\r\nX: \u0000\r\n\r\n`,
      `POST /mcp HTTP/1.1\r\nHost : ${authority}\r\n\r\n`,
      `POST /mcp HTTP/9.9\r\nHost: ${authority}\r\n\r\n`,
      `POST http://attacker.example/mcp HTTP/1.1\r\nHost: ${authority}\r\nConnection: close\r\n\r\n`,
      `GET /mcp HTTP/1.1\r\nHost: ${authority}\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`,
      `GET / HTTP/1.1\r\n${'A: b\r\n'.repeat(3_000)}Host: ${authority}\r\n\r\n`,
      `GET / HTTP/1.1\n\nHost: ${authority}\n\n`,
      'GET / HTTP/1.1\r\nConnection: close\r\n\r\n',
      `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`,
    ]),
  }),
]

/** Makes the next malformed request. */
export function malformedRequest(random: Random, target: Target): MalformedRequest {
  return (random.below(20) === 0 ? random.of(breakers) : random.of(makers))(random, target)
}
