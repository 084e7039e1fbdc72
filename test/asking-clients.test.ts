import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
  type ElicitResult,
} from '@modelcontextprotocol/client'
import { Client as ClassicClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as ClassicTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ElicitRequestSchema, LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { expect } from 'chai'
import { startAskingHost } from './support/asking/asking-host.ts'
import type { TestHost } from './support/host.ts'

const identity = { name: 'asked', version: '1.0.0' }
const capabilities = { elicitation: {} }

/** A client with a person in front of it, connected. */
interface AskedClient {
  readonly revision: string | undefined
  readonly session: string | undefined
  call(name: string, args: Record<string, unknown>): Promise<unknown>
  close(): Promise<void>
}
type Person = (message: string) => ElicitResult
type Connect = (url: string, token: string, person: Person) => Promise<AskedClient>

function modern(mode: 'auto' | 'legacy'): Connect {
  return async (url, token, person) => {
    const requestInit = { headers: { authorization: `Bearer ${token}` } }
    const transport = new ModernTransport(new URL(url), { requestInit })
    const client = new ModernClient(identity, { capabilities, versionNegotiation: { mode } })
    client.setRequestHandler('elicitation/create', ({ params }) => person(params.message))
    await client.connect(transport)
    return {
      revision: client.getNegotiatedProtocolVersion(),
      session: transport.sessionId,
      call: (name, args) => client.callTool({ name, arguments: args }),
      close: () => client.close(),
    }
  }
}

const classic: Connect = async (url, token, person) => {
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  const transport = new ClassicTransport(new URL(url), { requestInit })
  const client = new ClassicClient(identity, { capabilities })
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => person(params.message))
  await client.connect(transport)
  return {
    revision: transport.protocolVersion,
    session: transport.sessionId,
    call: (name, args) => client.callTool({ name, arguments: args }),
    close: async () => {
      await transport.terminateSession()
      await client.close()
    },
  }
}

describe('clients that can be asked', () => {
  let host: TestHost
  let token: string
  before(async () => {
    host = await startAskingHost()
    token = await host.token('ask:use ask:count')
  })
  after(() => host.close())

  for (const { name, revision, connect, session } of [
    { name: 'the v2 client that negotiates', revision: '2026-07-28', connect: modern('auto'), session: false },
    { name: 'the v2 client as it is by default', revision: '2025-11-25', connect: modern('legacy'), session: true },
    { name: 'the v1 client', revision: '2025-11-25', connect: classic, session: true },
  ]) {
    describe(name, () => {
      const asked: string[] = []
      let client: AskedClient
      beforeEach(async () => {
        asked.length = 0
        client = await connect(host.url, token, (message) => {
          asked.push(message)
          if (message.startsWith('Count the refused')) return { action: 'decline' }
          return { action: 'accept', content: message.startsWith('Count') ? { ok: true } : { name: 'Ada' } }
        })
      })
      afterEach(() => client.close())

      it(`speaks ${revision}, ${session ? 'in a session' : 'without a session'}`, () => {
        expect(client.revision).to.equal(revision)
        expect(client.session !== undefined).to.equal(session)
      })

      it('asks its person, and the tool goes on with the answer', async () => {
        expect(JSON.stringify(await client.call('ask_name', {}))).to.include('Hello, Ada!')
        expect(asked).to.deep.equal(['What is your name?'])
      })

      it('confirms once what counts once, and is heard when it refuses', async () => {
        expect(JSON.stringify(await client.call('ask_once', { what: 'this' }))).to.include('Counted this')
        expect(JSON.stringify(await client.call('ask_once', { what: 'the refused' }))).to.include('Not counted.')
        expect(asked).to.deep.equal(['Count this?', 'Count the refused?'])
      })

      it('asks one thing after the other', async () => {
        expect(JSON.stringify(await client.call('ask_once', { what: 'two', then: true }))).to.include('Counted two')
        expect(asked).to.deep.equal(['Count two?', 'And then?'])
      })
    })
  }

  it('hear log messages during a call: the v1 client', async () => {
    const transport = new ClassicTransport(new URL(host.url), {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
    })
    const client = new ClassicClient(identity, { capabilities })
    const heard: string[] = []
    client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void heard.push(params.level))
    await client.connect(transport)
    try {
      await client.setLoggingLevel('debug')
      await client.callTool({ name: 'tell_levels', arguments: {} })
      expect(heard).to.deep.equal(['debug', 'warning', 'emergency'])
    } finally {
      await client.close()
    }
  })

  it('come back for an answer whose connection was let go of: the v1 client', async () => {
    const transport = new ClassicTransport(new URL(host.url), {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
    })
    const client = new ClassicClient(identity, { capabilities })
    await client.connect(transport)
    try {
      const answer = await client.callTool({ name: 'tell_later', arguments: {} })
      expect(JSON.stringify(answer)).to.include('here it is')
    } finally {
      await client.close()
    }
  })
})
