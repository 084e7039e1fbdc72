import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { expect } from 'chai'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { startTestHost, type TestHost } from './support/host.ts'
import { callTool } from './support/wire.ts'

const plugins = resolve(import.meta.dirname, '../plugins')
const scopes = 'notes:read notes:write notes:delete files:read files:write files:overwrite'

describe('clients of notes and files', () => {
  let folder: string
  let host: TestHost
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'toolgate-told-'))
    await mkdir(join(folder, 'plugins'))
    for (const name of ['notes', 'files']) await symlink(join(plugins, name), join(folder, 'plugins', name))
    host = await startTestHost({ plugins: join(folder, 'plugins') })
  })
  after(async () => {
    await host.close()
    await rm(folder, { recursive: true, force: true })
  })

  const tokenOf = (subject: string) => host.token(scopes, { subject })
  const call = async (subject: string, name: string, args: Readonly<Record<string, unknown>>) => {
    const answer = await callTool('modern', host.url, await tokenOf(subject), name, args)
    expect(answer.result()['isError'], answer.text).to.not.equal(true)
    return answer.result()['structuredContent'] as Readonly<Record<string, unknown>>
  }
  const write = (content: string) => call('ada', 'files_write', { path: 'a b.txt', content, overwrite: true })
  const file = 'files:///a%20b.txt'

  it('are told of a file by subscriptions/listen (SDK v2)', async () => {
    const told = waiting()
    const client = new Client({ name: 'told', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } })
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
      told.add(params.uri)
    })
    const headers = { authorization: `Bearer ${await tokenOf('ada')}` }
    await client.connect(new StreamableHTTPClientTransport(new URL(host.url), { requestInit: { headers } }))
    expect(client.getServerCapabilities()?.resources).to.deep.equal({ subscribe: true })
    const subscription = await client.listen({ resourceSubscriptions: [file] })
    await write('one')
    expect(await told.next()).to.equal(file)
    await subscription.close()
    await client.close()
  })

  it('are told of a file by a subscription of their session (SDK v1)', async () => {
    const told = waiting()
    const client = new OldClient({ name: 'told', version: '1' }, { capabilities: { elicitation: {} } })
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
      told.add(params.uri)
    })
    const headers = { authorization: `Bearer ${await tokenOf('ada')}` }
    await client.connect(new OldTransport(new URL(host.url), { requestInit: { headers } }))
    await client.subscribeResource({ uri: file })
    // Its stream is opened beside the first answer: what is told before is told to nobody.
    let seen: string | undefined
    for (let time = 0; seen === undefined; time++) {
      await write(String(time))
      seen = told.seen()
    }
    expect(seen).to.equal(file)
    await client.close()
  })

  it('are told of a note if it is theirs, and of no other', async () => {
    const { id } = await call('ada', 'notes_create', { title: 'Milk' })
    const uri = `notes://note/${String(id)}`
    const streams = await Promise.all(
      ['eve', 'ada'].map(async (subject) => {
        const told = waiting()
        const client = new Client(
          { name: 'told', version: '1' },
          { versionNegotiation: { mode: { pin: '2026-07-28' } } },
        )
        client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
          told.add(params.uri)
        })
        const headers = { authorization: `Bearer ${await tokenOf(subject)}` }
        await client.connect(new StreamableHTTPClientTransport(new URL(host.url), { requestInit: { headers } }))
        await client.listen({ resourceSubscriptions: [uri, file] })
        return { client, told }
      }),
    )
    const [eve, ada] = streams
    await call('ada', 'notes_delete', { id })
    await write('last')
    expect(await ada?.told.next()).to.equal(uri)
    expect(await ada?.told.next()).to.equal(file)
    expect(await eve?.told.next()).to.equal(file)
    for (const { client } of streams) await client.close()
  })
})

/** What a client was told, in order. */
function waiting() {
  const told: string[] = []
  let wake: () => void = () => undefined
  return {
    add(uri: string) {
      told.push(uri)
      wake()
    },
    seen: () => told.shift(),
    async next(): Promise<string | undefined> {
      while (told.length === 0) {
        await new Promise<undefined>((done) => {
          wake = () => {
            done(undefined)
          }
        })
      }
      return told.shift()
    },
  }
}
