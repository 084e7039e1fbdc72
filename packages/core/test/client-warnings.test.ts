import { createPolicy, type Policy, type ToolPolicy } from '@toolgate/policy'
import { expect } from 'chai'
import { clientLimits } from '../src/clients/client-limits.ts'
import { clientLines } from '../src/clients/client-lines.ts'
import { clientWarnings } from '../src/clients/client-warnings.ts'

const tool = (name: string, more: Partial<ToolPolicy> = {}): ToolPolicy => ({
  tool: name,
  plugin: 'p',
  alternatives: [['p:read']],
  conditions: [],
  visibility: 'listed',
  readOnly: true,
  declaredBy: 'plugin',
  ...more,
})
const policyOf = (tools: readonly ToolPolicy[], more: Partial<Parameters<typeof createPolicy>[0]> = {}): Policy =>
  createPolicy({ tools, implies: {}, initialScopes: undefined, ...more })
const many = (count: number) => Array.from({ length: count }, (_, index) => tool(`t${String(index)}`))

describe('the limits of clients', () => {
  it('are of clients that have a line, each with a source and a day', () => {
    expect(clientLines.map(({ id }) => id)).to.include.members(Object.keys(clientLimits))
    for (const limits of Object.values(clientLimits)) {
      const sourced = [limits.toolName, limits.toolCount, limits.withoutStepUp].filter((each) => each !== undefined)
      expect(sourced).to.not.have.lengthOf(0)
      for (const { source, saidOn } of sourced) {
        expect(new URL(source).protocol).to.equal('https:')
        expect(saidOn).to.match(/^2\d{3}-\d\d-\d\d$/)
        expect(Number.isNaN(Date.parse(saidOn))).to.equal(false)
      }
    }
  })
})

describe('the warnings of what clients cannot do', () => {
  it('are none for a few tools with short names that the first sign-in reaches', () => {
    expect(clientWarnings(policyOf(many(24)), 'acme-tools')).to.deep.equal([])
  })

  const lengths: Readonly<Record<string, readonly [longest: number, words: string]>> = {
    Cursor: [60 - 'acme-tools:'.length, 'Cursor takes names of 60 characters at most, as acme-tools:TOOL'],
    'Claude Code': [64 - 'mcp__acme-tools__'.length, 'Claude Code takes names of 64 characters at most, as mcp__'],
    'Claude (web': [64, 'Claude (web and desktop) takes names of 64 characters at most, as TOOL; otherwise'],
  }
  for (const [client, [longest, words]] of Object.entries(lengths)) {
    it(`name the tools whose names are too long for ${client}`, () => {
      const warnings = (length: number) => clientWarnings(policyOf([tool('x'.repeat(length))]), 'acme-tools')
      expect(warnings(longest).some((line) => line.startsWith(client))).to.equal(false)
      expect(warnings(longest + 1).find((line) => line.startsWith(client)))
        .to.include(words)
        .and.match(new RegExp(`: x{${String(longest + 1)}}$`))
    })
  }

  it('count the name that the lines of connect give the host, as they write it', () => {
    const warnings = clientWarnings(policyOf([tool('x'.repeat(40))]), `Acme's ${'t'.repeat(20)}`)
    expect(warnings.join('\n')).to.include(
      `Cursor takes names of 60 characters at most, as Acme-s-${'t'.repeat(20)}:TOOL`,
    )
  })

  it('name the tools whose names hold what a client refuses', () => {
    const warnings = clientWarnings(policyOf([tool('notes.list'), tool('notes_list')]), 'acme')
    expect(warnings).to.deep.equal([
      'Claude (web and desktop) takes letters, digits, _ and - in names alone; otherwise the whole list is refused: notes.list',
    ])
  })

  for (const [client, most] of [
    ['Goose', 24],
    ['Cursor', 80],
    ['VS Code', 128],
  ] as const) {
    it(`say that ${client} takes ${String(most)} tools, of those that a caller with every scope is shown`, () => {
      const warnings = (tools: readonly ToolPolicy[]) =>
        clientWarnings(policyOf(tools), 'acme').filter((line) => line.startsWith(client))
      expect(warnings(many(most))).to.deep.equal([])
      const concealed = tool('hidden', { visibility: 'concealed', alternatives: [['p:secret']] })
      expect(warnings([...many(most), concealed]).join()).to.include(
        `takes ${String(most)} tools at most, and a caller with every scope is shown ${String(most + 1)}; otherwise`,
      )
    })
  }

  it('name what a client without step-up never reaches: listed, unlisted and for some arguments, five at most', () => {
    const write = { alternatives: [['p:write']], readOnly: false }
    const force = {
      scopes: ['p:force'],
      source: 'when[0] of the plugin',
      arguments: {},
      matches: () => true,
    }
    const tools = [
      tool('read'),
      tool('some', { conditions: [force] }),
      tool('write', write),
      tool('quiet', { ...write, visibility: 'granted' }),
      tool('hidden', { alternatives: [['p:secret']], visibility: 'concealed' }),
      tool('byRule', { alternatives: [['p:rule']] }),
    ]
    const grants = [
      {
        source: 'grants[0]',
        issuer: 'https://a.example',
        conditions: [{ claim: 'g', equals: 'a' }],
        scopes: ['p:rule'],
      },
    ]
    const first = 'Codex cannot step up: a sign-in for the first scopes alone never reaches'
    const mend = '; toolgate connect codex pins every scope of the running host'
    expect(clientWarnings(policyOf(tools, { grants }), 'acme')).to.deep.equal([
      `${first} some with some arguments (p:force), write (p:write), quiet (p:write)${mend}`,
    ])
    const seven = Array.from({ length: 7 }, (_, index) => tool(`w${String(index)}`, write))
    expect(clientWarnings(policyOf(seven), 'acme')).to.deep.equal([
      `${first} ${[0, 1, 2, 3, 4].map((index) => `w${String(index)} (p:write)`).join(', ')} and 2 more${mend}`,
    ])
  })
})
