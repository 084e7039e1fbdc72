import { expect } from 'chai'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseChallenges } from '../src/doctor/parse-challenges.ts'
import { serve, workingFolder, type WorkingFolder } from './support/working-folder.ts'

describe('toolgate doctor as a command', () => {
  let folder: WorkingFolder

  beforeEach(async () => {
    folder = await workingFolder()
  })
  afterEach(() => folder[Symbol.asyncDispose]())

  it('exits with 0 without a fault, and prints what it saw with the configuration of the folder', async () => {
    await using host = await serve(folder)
    expect(host.report).to.have.property('url', folder.url)
    const { code, stdout, stderr } = await folder.run(['doctor'])
    expect(code, stdout).to.equal(0)
    expect(stderr).to.equal('')
    expect(stdout).to.match(/^http:\/\/127\.0\.0\.1:\d+\/mcp, held against mcp\.config\.ts$/m)
    expect(stdout).to.match(/^0 faults, 0 warnings, \d+ ok\.$/m)
  })

  it('exits with 1 on a fault, and prints JSON alone for machines', async () => {
    const { code, stdout, stderr } = await folder.run(['doctor', '--json'])
    expect(code).to.equal(1)
    expect(stderr).to.equal('')
    const diagnosis = JSON.parse(stdout) as { findings: { level: string; mend: string }[] }
    expect(diagnosis).to.include({ ok: false, url: folder.url, configuration: 'mcp.config.ts' })
    expect(diagnosis.findings[0]).to.include({ check: 'host', level: 'fault' }).and.have.property('mend').that.is.ok
  })

  it('leaves the configuration of another host aside, and says so', async () => {
    const { stdout } = await folder.run(['doctor', 'http://127.0.0.1:9/mcp'])
    expect(stdout).to.include(`Configuration: the configuration of this folder is about ${folder.url}.`)
    expect(stdout).to.match(/^http:\/\/127\.0\.0\.1:9\/mcp$/m)
    await writeFile(join(folder.path, 'mcp.config.ts'), 'export default { nam: 1 }\n')
    const broken = await folder.run(['doctor', 'http://127.0.0.1:9/mcp'])
    expect(broken.stdout).to.include('the configuration of this folder cannot be used: ')
    const named = await folder.run(['doctor', 'http://127.0.0.1:9/mcp', '--config', 'mcp.config.ts'])
    expect(named.code).to.equal(1)
    expect(named.stderr).to.match(/^toolgate: mcp\.config\.ts nam: /m)
  })

  const unusable = [
    'tools.example.com/mcp',
    'ftp://tools.example.com/mcp',
    'https://a:b@tools.example.com/mcp',
    'https://tools.example.com/mcp#top',
    'https://tools.example.com/\u001b[2Jmcp',
    'https://tools.example.com/\u202epcm',
    'https://tools.example.com/m\ncp',
  ]
  for (const url of unusable) {
    it(`exits with 2 for ${encodeURI(url)}`, async () => {
      const { code, stderr } = await folder.run(['doctor', url])
      expect(code).to.equal(2)
      expect(stderr).to.not.include('\u001b').and.not.include('\u202e')
      expect(stderr).to.match(/^toolgate: .+ Write the MCP URL as clients use it: .+\n$/)
    })
  }
})

describe('reading WWW-Authenticate', () => {
  const vectors: Readonly<
    Record<string, readonly (readonly [string, Readonly<Record<string, string>>])[] | undefined>
  > = {
    'Bearer scope="a b", resource_metadata="https://x.example/y"': [
      ['bearer', { scope: 'a b', resource_metadata: 'https://x.example/y' }],
    ],
    Bearer: [['bearer', {}]],
    'Basic, Bearer realm=x': [
      ['basic', {}],
      ['bearer', { realm: 'x' }],
    ],
    'DPoP algs="ES256", error="e", BEARER Scope = "q\\"q"': [
      ['dpop', { algs: 'ES256', error: 'e' }],
      ['bearer', { scope: 'q"q' }],
    ],
    'Bearer a="1",b=2 , c=3': [['bearer', { a: '1', b: '2', c: '3' }]],
    '': undefined,
    'Bearer scope="a': undefined,
    'Bearer a=1, a=2': undefined,
    'a=1': undefined,
    'Bearer "x"': undefined,
    'Bearer a="1"b="2"': undefined,
    'Bearer a=': undefined,
  }
  for (const [header, expected] of Object.entries(vectors)) {
    it(`${expected === undefined ? 'refuses' : 'reads'} ${JSON.stringify(header)}`, () => {
      const read = parseChallenges(header)?.map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)])
      expect(read).to.deep.equal(expected)
    })
  }
})
