import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'chai'
import { finished } from './support/run-toolgate.ts'
import { serve, workingFolder } from './support/working-folder.ts'

const brokenPlugin =
  "import { definePlugin } from '@toolgate/plugin'\nexport default definePlugin({ name: 'hello', tools: [{}] })\n"

describe('toolgate serve', () => {
  it('prints URL, sign-in, tools and a line to paste, stops at SIGTERM with exit code 0', async () => {
    await using folder = await workingFolder()
    const child = folder.start('serve')
    const ended = finished(child)
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('claude mcp')) child.kill('SIGTERM')
    })
    const { code, stdout } = await ended
    expect(code).to.equal(0)
    expect(stdout).to.contain(`MCP URL  ${folder.url}\n`)
    expect(stdout).to.match(/^hello_greet +hello +hello:read +first sign-in$/m)
    expect(stdout).to.match(/^hello_sign_guest_book +hello +hello:write +step-up$/m)
    expect(stdout).to.contain(`claude mcp add-json my-tools '{"type":"http","url":"${folder.url}"`)
    const file = /^Sign in {2}admin, password in (.+)$/m.exec(stdout)?.[1] ?? ''
    expect((await stat(file)).mode & 0o777).to.equal(0o600)
    expect(stdout).not.to.contain((await readFile(file, 'utf8')).trim())
  })

  it('prints one line of JSON without a password for machines', async () => {
    await using folder = await workingFolder()
    await using host = await serve(folder)
    expect(host.report).to.include({ url: folder.url })
    expect(host.report).to.have.nested.property('firstUser.name', 'admin')
    expect(host.report).not.to.have.nested.property('firstUser.password')
    expect(host.report).to.have.nested.property('tools[0].reach', 'initial')
    expect(await host.stop()).to.equal(0)
  })

  it('does not start with a broken plugin, and names the fault and the mend', async () => {
    await using folder = await workingFolder()
    await writeFile(join(folder.path, 'plugins/hello/src/index.ts'), brokenPlugin)
    const { code, stdout, stderr } = await folder.run(['serve'])
    expect(code).to.equal(1)
    expect(stdout).to.equal('')
    expect(stderr)
      .to.match(/^toolgate: plugin hello: .+\. .+\.$/m)
      .and.not.to.contain('    at ')
  })

  it('says in one line that the port is taken', async () => {
    await using folder = await workingFolder()
    await using _host = await serve(folder)
    const { code, stderr } = await folder.run(['serve'], '', { TOOLGATE_DATA: join(folder.path, 'other') })
    expect(code).to.equal(1)
    expect(stderr).to.match(/^toolgate: 127\.0\.0\.1:\d+ is in use: set PORT to another port\.\n$/m)
  })
})

describe('toolgate dev', () => {
  it('keeps going around a broken plugin and names it', async () => {
    await using folder = await workingFolder()
    await folder.run(['plugin', 'new', 'weather'])
    await writeFile(join(folder.path, 'plugins/hello/src/index.ts'), brokenPlugin)
    await using host = await serve(folder, 'dev')
    expect(host.report).to.have.nested.property('tools[0].tool', 'weather_greet')
    expect(host.report).to.have.nested.property('faults[0].path', 'plugin hello')
  })
})
