import { expect } from 'chai'
import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { startTestHost } from './support/host.ts'
import { pluginFolder } from './support/plugin-folder.ts'
import { callTool, send } from './support/wire.ts'

const broken = `export default { name: 'broken', tools: [{ name: 'broken_tool', description: 'No scopes.', handler: () => 'x' }] }`
const sound = `import { definePlugin, defineTool } from '@toolgate/plugin'
export default definePlugin({ name: 'sound', tools: [defineTool({ name: 'sound_tool', description: 'Fine.', scopes: 'authenticated', handler: () => 'fine' })] })`

async function faultOf(start: Promise<unknown>): Promise<{ readonly code: string; readonly text: string }> {
  try {
    await start
  } catch (error) {
    return { code: String(Reflect.get(error as object, 'code')), text: JSON.stringify([String(error), error]) }
  }
  throw new Error('the host started')
}

describe('a host that starts', () => {
  it('refuses to serve with a broken plugin, and names it', async () => {
    const folder = await pluginFolder({ broken, sound })
    const fault = await faultOf(startTestHost({ plugins: join(folder, 'plugins') }))
    expect(fault.code).to.equal('config-faults')
    expect(fault.text).to.include('broken_tool').and.include('scopes')
    await rm(folder, { recursive: true })
  })

  it('keeps the others running in dev', async () => {
    const folder = await pluginFolder({ broken, sound })
    const host = await startTestHost({ plugins: join(folder, 'plugins'), mode: 'dev' })
    expect(host.host.summary.faults.map(({ path }) => path)).to.deep.equal(['plugin broken'])
    const answer = await callTool('modern', host.url, await host.token(''), 'sound_tool')
    expect(answer.result().content).to.deep.equal([{ type: 'text', text: 'fine' }])
    await host.close()
    await rm(folder, { recursive: true })
  })

  it('refuses an override that names no tool, and an initial scope that nothing requires', async () => {
    const config = { tools: { fixture_ecko: { visibility: 'listed' } } }
    const fault = await faultOf(startTestHost({ config }))
    expect(fault.code).to.equal('config-faults')
    expect(fault.text).to.include('fixture_ecko')
    const unused = await faultOf(startTestHost({ config: { initialScopes: ['fixture:read', 'fixture:raed'] } }))
    expect(unused.code).to.equal('config-faults')
    expect(unused.text).to.include('initialScopes[1]').and.include('fixture:read')
  })

  it('says how each tool is reached', async () => {
    const host = await startTestHost({
      config: { tools: { fixture_write: { visibility: 'listed' }, fixture_hidden: { visibility: 'concealed' } } },
    })
    const reach = Object.fromEntries(host.host.summary.tools.map((tool) => [tool.tool, tool.reach]))
    expect(reach).to.include({
      fixture_echo: 'initial',
      fixture_write: 'step-up',
      fixture_hidden: 'concealed',
      fixture_admin: 'unreachable',
    })
    expect(host.host.summary.warnings.join()).to.include('tools.fixture_admin.visibility')
    await host.close()
  })

  describe('with the embedded authorization server', () => {
    it('makes one user, whose password goes to a file of mode 0600 where nobody watches', async () => {
      const host = await startTestHost({ embedded: true })
      const first = host.host.summary.firstUser
      expect(first?.password).to.equal(undefined)
      const file = first?.passwordFile ?? ''
      expect((await stat(file)).mode & 0o777).to.equal(0o600)
      expect((await readFile(file, 'utf8')).trim().length).to.be.greaterThan(15)
      await host.close()
    })

    it('takes user and password from the environment, and prints neither', async () => {
      const environment = { TOOLGATE_DEV_USER: 'robin', TOOLGATE_DEV_PASSWORD: 'a long first password' }
      const host = await startTestHost({ embedded: true, environment })
      expect(host.host.summary.firstUser).to.deep.equal({ name: 'robin', password: undefined, passwordFile: undefined })
      expect(host.log.join()).to.not.include('a long first password')
      await host.close()
    })

    it('serves its metadata at the well-known path, with the initial tool scopes', async () => {
      const host = await startTestHost({ embedded: true, config: { initialScopes: ['fixture:read'] } })
      const document = (await send(host.origin, { path: '/.well-known/oauth-authorization-server' })).json()
      expect(document.issuer).to.equal(host.origin)
      expect(document.scopes_supported).to.deep.equal(['fixture:read'])
      await host.close()
    })
  })
})
