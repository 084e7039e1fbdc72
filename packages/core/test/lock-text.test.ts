import { formatPins, HostError, isLockText, readLockFile, lockFileOf, writeLockFile, type Pins } from '@toolgate/core'
import { expect } from 'chai'
import fc from 'fast-check'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { format } from 'prettier'
import { pin, pinsWith } from './support/pins.ts'

const scopeCharacters = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).filter(
  (character) => character !== '"' && character !== '\\',
)
const scope = fc.oneof(
  fc.constantFrom('|', 'authenticated', 'notes:read', '__proto__', '7'),
  fc.string({ unit: fc.constantFrom(...scopeCharacters), minLength: 1, maxLength: 12 }),
)
const scopes = fc.uniqueArray(scope, { minLength: 1, maxLength: 3 })
const conditions = fc.array(
  fc.oneof(
    fc.record({ claim: fc.string({ minLength: 1 }), equals: fc.string() }),
    fc.record({ claim: fc.string({ minLength: 1 }), anyOf: fc.uniqueArray(fc.string(), { minLength: 1 }) }),
  ),
  { minLength: 1, maxLength: 2 },
)
const pins: fc.Arbitrary<Pins> = fc
  .record({
    alternatives: fc.oneof(fc.array(scopes, { minLength: 1, maxLength: 3 }), fc.constant([[]])),
    when: fc.dictionary(fc.constantFrom('sha256:one', 'sha256:two'), scopes),
    grants: fc.array(fc.record({ issuer: fc.webUrl(), conditions, scopes }), { maxLength: 2 }),
    implied: scopes,
  })
  .map(({ alternatives, when, grants, implied }) => {
    const implies = new Map([['implying scope', implied]])
    return pinsWith([pin(alternatives, when)], { grants, implies })
  })

describe('the text of a lock file', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'toolgate-lock-'))
  })
  after(() => rm(folder, { recursive: true }))

  async function read(text: string): Promise<Pins | undefined> {
    const file = join(folder, 'toolgate.lock.json')
    await writeFile(file, text)
    return (await readLockFile(file))?.pins
  }

  it('is read back as what was written', async () => {
    await fc.assert(
      fc.asyncProperty(pins, async (written) => {
        const again = await read(formatPins(written))
        expect(again?.tools[0]?.alternatives).to.deep.equal(written.tools[0]?.alternatives)
        expect(again?.tools[0]?.when).to.deep.equal(written.tools[0]?.when)
        expect(again?.tools[0]?.facts).to.deep.equal(written.tools[0]?.facts)
        expect(again?.implies).to.deep.equal(written.implies)
        expect(formatPins(again ?? pinsWith([]))).to.equal(formatPins(written))
      }),
      { numRuns: 200 },
    )
  })

  it('is left alone by prettier, whatever its width', async () => {
    await fc.assert(
      fc.asyncProperty(pins, fc.integer({ min: 20, max: 200 }), async (written, printWidth) => {
        const text = formatPins(written)
        expect(await format(text, { parser: 'json', printWidth })).to.equal(text)
      }),
      { numRuns: 100 },
    )
  })

  it('may have other line ends and indentation', async () => {
    const text = formatPins(pinsWith([pin([['a', 'b'], ['c']])]))
    for (const other of [
      text.replaceAll('\n', '\r\n'),
      text.replaceAll('  ', '\t'),
      JSON.stringify(JSON.parse(text)),
    ]) {
      expect((await read(other))?.tools[0]?.alternatives).to.deep.equal([['a', 'b'], ['c']])
    }
  })

  const sound = formatPins(pinsWith([pin([['a']])], { implies: new Map([['b', ['a']]]) }))
  for (const [what, text, fault] of [
    ['empty', '', /is no JSON object/],
    ['cut off', sound.slice(0, -10), /is no JSON object/],
    ['full of marks of a merge', `<<<<<<< ours\n${sound}`, /is no JSON object/],
    ['a list', '[]', /is no JSON object/],
    ['without a version', sound.replace('"lockVersion": 1,', ''), /is of lockVersion null/],
    ['of another version', sound.replace('"lockVersion": 1', '"lockVersion": 2'), /is of lockVersion 2/],
    ['without tools', sound.replace('"tools"', '"tolls"'), /an object is missing/],
    ['with a key that nothing reads', sound.replace('"grants": [],', '"grants": [],\n  "more": 1,'), /not as it was/],
    ['with a fact that nothing reads', sound.replace('"plugin"', '"plug": "x",\n      "plugin"'), /not as it was/],
    ['with a fact twice', sound.replace('"plugin"', '"plugin": "x",\n      "plugin"'), /not as it was/],
    ['with scopes that are no text', sound.replace('"scopes": "a"', '"scopes": ["a"]'), /a text is missing/],
    ['with a fact that is null', sound.replace('"plugin": "p"', '"plugin": null'), /a word, a number/],
    ['with implications in a circle', sound.replace('"b": "a"', '"b": "a",\n    "a": "b"'), /circle/],
  ] as const) {
    it(`is refused if it is ${what}`, async () => {
      const error = await read(text).then(
        () => undefined,
        (refused: unknown) => refused,
      )
      if (!(error instanceof HostError)) throw new Error(`it was read: ${text}`)
      expect(error.code).to.equal('lock-unreadable')
      expect(error.faults[0])
        .to.include({ path: 'toolgate.lock.json' })
        .and.have.property('message')
        .that.matches(fault)
      expect(error.faults[0]?.mend).to.contain('toolgate lock')
    })
  }

  it('is told from a configuration by its content', () => {
    expect(
      [sound, '{"lockVersion":9}', '{"authority":{}}', 'export default {}', '[]', '3'].map(isLockText),
    ).to.deep.equal([...[true, true, false, false, false, false]])
  })
})

describe('a lock file', () => {
  it('stands beside its configuration, one for each', () => {
    const names = ['mcp.config.ts', 'mcp.config.json', 'staging.config.ts', 'next.yaml'].map((name) =>
      lockFileOf({ file: join('/srv/tools', name) }),
    )
    expect(names).to.deep.equal([
      '/srv/tools/toolgate.lock.json',
      '/srv/tools/toolgate.lock.json',
      '/srv/tools/toolgate.staging.lock.json',
      '/srv/tools/toolgate.next.lock.json',
    ])
  })

  it('is replaced whole, and nothing is left beside it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'toolgate-lock-'))
    const file = join(folder, 'toolgate.lock.json')
    await writeLockFile(file, 'one')
    await writeLockFile(file, 'other')
    expect(await readFile(file, 'utf8')).to.equal('other')
    expect(await readdir(folder)).to.deep.equal(['toolgate.lock.json'])
    await rm(folder, { recursive: true })
  })
})
