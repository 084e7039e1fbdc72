import { expect } from 'chai'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pluginFolder } from './support/plugin-folder.ts'
import { callMessage, stdioFolder, type StdioFolder, type StdioMessage, type StdioProcess } from './support/stdio.ts'
import { modernMeta } from './support/wire.ts'

function textOf({ result }: Pick<StdioMessage, 'result'>): string {
  return (result?.content as { readonly text: string }[] | undefined)?.[0]?.text ?? ''
}

const list = (id: string) => ({ jsonrpc: '2.0', id, method: 'tools/list', params: { _meta: modernMeta } })

const noisy = `import { definePlugin, defineTool } from '@toolgate/plugin'
console.log('noise of an import')
export default definePlugin({ name: 'noisy', tools: [defineTool({ name: 'noisy_tool', description: 'Is loud.', scopes: 'authenticated',
  handler: () => { console.log('noise of console'); console.info('{"jsonrpc":"2.0"}'); process.stdout.write('noise of a stream\\n'); return 'quiet' } })] })`
const stubborn = `import { definePlugin, defineTool } from '@toolgate/plugin'
import { setTimeout as delay } from 'node:timers/promises'
const common = { description: 'Waits.', scopes: 'authenticated', timeoutMs: 120_000 }
export default definePlugin({ name: 'stubborn', tools: [
  defineTool({ ...common, name: 'stubborn_soon', handler: async (_args, { progress }) => { progress(1); await delay(700); return 'done' } }),
  defineTool({ ...common, name: 'stubborn_never', handler: async (_args, { progress }) => { progress(1); await delay(100_000); return 'late' } }) ] })`

describe('a process of toolgate stdio', () => {
  let plugins: string
  let folder: StdioFolder
  before(async () => {
    plugins = await pluginFolder({ noisy, stubborn })
    folder = await stdioFolder({}, join(plugins, 'plugins'))
  })
  after(async () => {
    await folder[Symbol.asyncDispose]()
    await rm(plugins, { recursive: true, force: true })
  })

  async function running(tool: string): Promise<StdioProcess> {
    const server = folder.start()
    server.send(callMessage('modern', 'running', tool, { meta: { progressToken: 'running' } }))
    await server.message(({ params }) => params?.progressToken === 'running')
    return server
  }
  const outcomesOf = async () =>
    (await folder.audit()).flatMap((record) => (record.type === 'outcome' ? [record.outcome] : []))

  it('has nothing but the protocol on standard output, whatever configuration and plugins print', async () => {
    const file = join(folder.path, 'loud.config.mjs')
    await writeFile(
      file,
      `console.log('noise of the configuration')\nexport default ${JSON.stringify({ authorizationServers: [{ issuer: 'https://auth.example' }], plugins: { folder: join(plugins, 'plugins') } })}`,
    )
    const server = folder.start('--config', file)
    server.send(callMessage('modern', 1, 'noisy_tool'))
    expect(textOf(await server.answer(1))).to.equal('quiet')
    server.child.stdin.end()
    expect(await server.ended).to.equal(0)
    expect(server.lines).to.have.length(1)
    for (const noise of ['of the configuration', 'of an import', 'of console', 'of a stream']) {
      expect(server.remarked()).to.include(`noise ${noise}`)
    }
  })

  it('answers what runs and exits with 0 at the end of standard input', async () => {
    const server = await running('stubborn_soon')
    server.child.stdin.end()
    expect(await server.ended).to.equal(0)
    expect(textOf(JSON.parse(server.lines.at(-1) ?? '{}') as StdioMessage)).to.equal('done')
    expect((await outcomesOf()).at(-1)).to.equal('ok')
  })

  it('takes a last line without an end', async () => {
    const server = folder.start()
    server.child.stdin.end(JSON.stringify(list('last')))
    expect((await server.answer('last')).result).to.have.property('tools')
    expect(await server.ended).to.equal(0)
  })

  it('takes nothing more at SIGTERM, answers what runs, and exits with 0', async () => {
    const server = await running('stubborn_soon')
    server.child.kill('SIGTERM')
    expect(textOf(await server.answer('running'))).to.equal('done')
    expect(await server.ended).to.equal(0)
    expect((await outcomesOf()).at(-1)).to.equal('ok')
  })

  it('cuts off what still runs at SIGTERM after the end of standard input', async () => {
    const server = await running('stubborn_never')
    server.child.stdin.end()
    // Its end has to be seen first: a signal alone waits.
    await new Promise((resolve) => setTimeout(resolve, 300))
    server.child.kill('SIGTERM')
    expect(await server.ended).to.equal(0)
    expect((await outcomesOf()).at(-1)).to.equal('cancelled')
    expect(server.lines.filter((line) => line.includes('"id":"running"'))).to.deep.equal([])
  })

  it('waits for nobody longer than ten seconds', async () => {
    const server = await running('stubborn_never')
    server.child.stdin.end()
    expect(await server.ended).to.equal(0)
    expect((await outcomesOf()).at(-1)).to.equal('cancelled')
  })

  it('ends when nobody reads its answers any more', async () => {
    const server = await running('stubborn_never')
    server.child.stdout.destroy()
    server.send(list('unread'))
    expect(await server.ended).to.equal(0)
    expect((await outcomesOf()).at(-1)).to.equal('cancelled')
  })
})

describe('the start of toolgate stdio', () => {
  const starts = async (config: object, ...args: readonly string[]) => {
    await using folder = await stdioFolder({ ...config })
    const server = folder.start(...args)
    server.child.stdin.end()
    const code = await server.ended
    expect(server.lines).to.deep.equal([])
    return `${String(code)} ${server.remarked()}`
  }

  it('refuses a scope that no tool needs, and names the nearest', async () => {
    expect(await starts({}, '--scopes', 'fixture:read fixture:wirte')).to.equal(
      '1 toolgate: --scopes fixture:wirte: is a scope that no tool needs. Did you mean "fixture:write"?\n',
    )
    expect(await starts({ stdio: { scopes: ['fixture:raed'] } })).to.equal(
      '1 toolgate: stdio.scopes[0]: is a scope that no tool needs. Did you mean "fixture:read"?\n',
    )
  })

  it('refuses what cannot be a scope or a name', async () => {
    expect(await starts({}, '--scopes', '"')).to.match(/^2 toolgate: .* cannot be a scope\. Write --scopes/)
    expect(await starts({}, '--name', 'two words')).to.match(
      /^2 toolgate: "two words" cannot be the name of a client\./,
    )
    expect(await starts({ stdio: { name: 'two words' } })).to.match(/^1 toolgate: mcp\.config\.json stdio\.name: /)
  })

  it('refuses tools that are not as they are locked, by option and by configuration', async () => {
    for (const refusal of [await starts({}, '--locked'), await starts({ locked: true })]) {
      expect(refusal)
        .to.match(/^1 toolgate: /)
        .and.include('toolgate lock')
    }
  })

  it('takes name and scopes from the configuration, and those of the command line before them', async () => {
    await using folder = await stdioFolder({ stdio: { scopes: ['fixture:write'], name: 'configured' } })
    const asked = async (...args: readonly string[]) => {
      const server = folder.start(...args)
      server.send(callMessage('modern', 1, 'fixture_admin'))
      const { error } = await server.answer(1)
      server.child.stdin.end()
      await server.ended
      const last = (await folder.audit()).findLast(({ type }) => type === 'decision')
      return [error?.data?.granted, last?.type === 'decision' && last.subject]
    }
    expect(await asked()).to.deep.equal([['fixture:write'], 'stdio:configured'])
    expect(await asked('--scopes', 'fixture:read', '--name', 'other')).to.deep.equal([['fixture:read'], 'stdio:other'])
    expect(await asked('--scopes', '')).to.deep.equal([[], 'stdio:configured'])
  })
})
