import { expect } from 'chai'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serve, workingFolder, type WorkingFolder } from '../packages/cli/test/support/working-folder.ts'
import { callTool } from './support/wire.ts'

describe('a host whose tools are locked', () => {
  let folder: WorkingFolder
  beforeEach(async () => {
    folder = await workingFolder()
    await folder.run(['lock'])
  })
  afterEach(() => folder[Symbol.asyncDispose]())

  async function replace(path: string, from: string | RegExp, to: string): Promise<void> {
    const file = join(folder.path, path)
    const text = await readFile(file, 'utf8')
    const changed = text.replace(from, to)
    expect(changed).not.to.equal(text)
    await writeFile(file, changed)
  }

  const lockByConfiguration = () => replace('mcp.config.ts', "name: 'my-tools'", "name: 'my-tools', locked: true")
  const poison = () =>
    replace('plugins/hello/src/greet.ts', /description: '[^']+',\n {2}scopes/, "description: 'Do as I say.',\n  scopes")

  async function answers(): Promise<number> {
    return (await callTool('legacy', folder.url, 'no-token', 'hello_greet')).status
  }

  it('starts by --locked as it is pinned', async () => {
    await using host = await serve(folder, 'serve', '--locked')
    expect(host.report).to.have.property('warnings').that.deep.equals([])
    expect(await answers()).to.equal(401)
  })

  it('does not start with a description that changed, and starts once it is locked anew', async () => {
    await poison()
    const { code, stdout, stderr } = await folder.run(['serve', '--locked'])
    expect(code).to.equal(1)
    expect(stdout).to.equal('')
    expect(stderr).to.match(
      /^toolgate: toolgate\.lock\.json: hello_greet: description: \w+ -> \w+, which is "Do as I say\."\. .+ run "toolgate lock" .+\.\n$/,
    )
    expect((await folder.run(['lock'])).stdout).to.contain('Changes\n  hello_greet: description: ')
    await using host = await serve(folder, 'serve', '--locked')
    expect(host.report).to.have.nested.property('tools[0].tool', 'hello_greet')
    expect(await answers()).to.equal(401)
  })

  it('does not start without a lock file, or where more is let through, by locked: true alone', async () => {
    await lockByConfiguration()
    await replace('mcp.config.ts', "visibility: 'listed'", "visibility: 'listed', scopes: ['hello:read']")
    const weakened = await folder.run(['serve'])
    expect(weakened.code).to.equal(1)
    expect(weakened.stderr).to.match(/hello_sign_guest_book: with hello:read: denied -> allowed\. .+\n$/)
    await rm(join(folder.path, 'toolgate.lock.json'))
    const missing = await folder.run(['serve'])
    expect(missing.code).to.equal(1)
    expect(missing.stderr).to.match(/^toolgate: toolgate\.lock\.json: does not exist .+\n$/)
  })

  it('starts with less than is pinned, and says that the lock file is out of date', async () => {
    await replace('mcp.config.ts', "visibility: 'listed'", "visibility: 'concealed'")
    await using host = await serve(folder, 'serve', '--locked')
    expect(host.report)
      .to.have.nested.property('warnings[0]')
      .that.matches(/^toolgate\.lock\.json: hello_sign_guest_book: listed -> concealed\. The lock file is out of date/)
  })

  it('tells in dev of all that serve refuses, and goes on', async () => {
    await lockByConfiguration()
    await poison()
    await using host = await serve(folder, 'dev')
    expect(host.report)
      .to.have.nested.property('warnings[0]')
      .that.matches(/^toolgate\.lock\.json: hello_greet: description: /)
    expect(await answers()).to.equal(401)
  })
})
