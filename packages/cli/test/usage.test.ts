import { expect } from 'chai'
import { createProgram } from '../src/create-program.ts'
import { createTerminal } from '../src/terminal.ts'
import { runToolgate } from './support/run-toolgate.ts'

const folder = import.meta.dirname

describe('the toolgate command', () => {
  it('prints its version, for people and for machines', async () => {
    const plain = await runToolgate(['version'], { folder })
    expect(plain.stdout).to.equal(`toolgate 0.1.0 (Node ${process.versions.node})\n`)
    const json = await runToolgate(['version', '--json'], { folder })
    expect(JSON.parse(json.stdout)).to.deep.equal({ toolgate: '0.1.0', node: process.versions.node })
    expect((await runToolgate(['--version'], { folder })).stdout).to.equal('0.1.0\n')
  })

  it('says in one line what an older Node should do', async () => {
    const older = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } })"
    const environment = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(older)}` }
    const { code, stdout, stderr } = await runToolgate(['version'], { folder, environment })
    expect(code).to.equal(1)
    expect(stdout).to.equal('')
    expect(stderr).to.match(/^toolgate needs Node 24 or newer, this is 20\.19\.0: run it by npm .+\.\n$/)
  })

  for (const args of [['frob'], ['version', '--frob'], ['plugin', 'new'], ['call', 'a', 'b', 'c'], ['token']]) {
    it(`answers "${args.join(' ')}" with one line, the mend and exit code 2`, async () => {
      const { code, stdout, stderr } = await runToolgate(args, { folder })
      expect(code).to.equal(2)
      expect(stdout).to.equal('')
      expect(stderr).to.match(/^toolgate: .+\. See toolgate --help\.\n$/)
    })
  }

  for (const args of [[], ['user'], ['audit'], ['plugin']]) {
    it(`answers "${['toolgate', ...args].join(' ')}", which wants another word, with its help and exit code 2`, async () => {
      const { code, stdout, stderr } = await runToolgate(args, { folder })
      expect(code).to.equal(2)
      expect(stdout).to.equal('')
      expect(stderr)
        .to.match(new RegExp(`^Usage: ${['toolgate', ...args].join(' ')} `))
        .and.to.contain('Commands:')
      expect(stderr).to.not.contain('toolgate: ')
    })
  }

  it('names the options of every command in the help of each', async () => {
    const { stdout } = await runToolgate(['audit', 'tail', '--help'], { folder })
    expect(stdout).to.contain('--config <file>').and.to.contain('--json')
  })

  it('prints errors as JSON on request', async () => {
    const { code, stderr } = await runToolgate(['--json', 'plugin', 'new', 'No'], { folder })
    expect(code).to.equal(2)
    expect(JSON.parse(stderr)).to.have.nested.property('errors[0].message', '"No" cannot be the name of a plugin.')
  })

  it('prints help for every command, with examples that parse', () => {
    const context = { terminal: createTerminal(), environment: {}, folder }
    const known = new Set(createProgram(context).commands.map((command) => command.name()))
    expect([...known]).to.have.members(
      'serve dev stdio check doctor lock init plugin user token policy why audit connect call version'.split(' '),
    )
    const leaves = createProgram(context).commands.flatMap((command) =>
      command.commands.length === 0 ? [command] : [...command.commands],
    )
    for (const command of leaves) {
      let help = ''
      command.configureOutput({ writeOut: (part) => (help += part) })
      command.outputHelp()
      const [, text = ''] = help.split('\nExamples:\n')
      const examples = [...text.matchAll(/(?<![\w/-])toolgate (\w+)/g)].map(([, name]) => name ?? '')
      expect(examples, command.name()).not.to.be.empty
      for (const name of examples) expect(known.has(name), `${command.name()}: ${name}`).to.equal(true)
    }
  })

  it('colours nothing in a pipe', async () => {
    const { stdout } = await runToolgate(['connect', '--url', 'http://127.0.0.1:1/mcp'], { folder })
    expect(stdout).to.contain('Claude Code').and.not.to.contain('\u001b')
  })
})
