import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client'
import { Client as ClassicClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as ClassicTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { memoryOAuthProvider, type OAuthMemory } from './memory-oauth-provider.ts'
import type { Person } from './person.ts'

/** A tool as a client lists it. */
interface ListedTool {
  readonly name: string
  readonly _meta?: Record<string, unknown> | undefined
}

/** One client of an SDK, not yet connected. */
interface SdkClient {
  readonly revision: string | undefined
  open(): Promise<void>
  list(): Promise<{ readonly tools: readonly ListedTool[] }>
  call(name: string, args: Record<string, unknown>): Promise<CallAnswer>
  finishAuth(answer: URLSearchParams): Promise<void>
  close(): Promise<void>
}

type CallAnswer = Readonly<Record<string, unknown>>

type Create = (url: URL, memory: OAuthMemory, fetcher: typeof fetch) => SdkClient

const identity = { name: 'journey', version: '1.0.0' }

function modern(mode: 'auto' | 'legacy' | { readonly pin: string }): Create {
  return (url, memory, fetcher) => {
    const transport = new ModernTransport(url, { authProvider: memoryOAuthProvider(memory), fetch: fetcher })
    const client = new ModernClient(identity, { versionNegotiation: { mode } })
    return {
      get revision() {
        return client.getNegotiatedProtocolVersion()
      },
      open: () => client.connect(transport),
      list: () => client.listTools(),
      call: (name, args) => client.callTool({ name, arguments: args }),
      finishAuth: (answer) => transport.finishAuth(answer),
      close: () => client.close(),
    }
  }
}

const classic: Create = (url, memory, fetcher) => {
  const transport = new ClassicTransport(url, { authProvider: memoryOAuthProvider(memory), fetch: fetcher })
  const client = new ClassicClient(identity)
  return {
    get revision() {
      return transport.protocolVersion
    },
    open: () => client.connect(transport),
    list: () => client.listTools(),
    call: (name, args) => client.callTool({ name, arguments: args }),
    finishAuth: (answer) => transport.finishAuth(answer.get('code') ?? ''),
    close: () => client.close(),
  }
}

/** The clients that people run, and the revision that each agrees on with this host. */
export const journeyClients = [
  { name: 'the v2 client that negotiates ("auto")', revision: '2026-07-28', create: modern('auto') },
  { name: 'the v2 client that is pinned', revision: '2026-07-28', create: modern({ pin: '2026-07-28' }) },
  { name: 'the v2 client as it is by default ("legacy")', revision: '2025-11-25', create: modern('legacy') },
  { name: 'the v1 client', revision: '2025-11-25', create: classic },
] as const

/** An application with a person in front of it. */
export interface Journey {
  readonly memory: OAuthMemory
  /** Every exchange of the client itself, as `POST /mcp 401`. */
  readonly exchanges: readonly string[]
  /** What the host said in each 403. */
  readonly refusals: readonly string[]
  readonly revision: string | undefined
  list(): Promise<readonly ListedTool[]>
  call(name: string, args: Record<string, unknown>): Promise<CallAnswer>
  close(): Promise<void>
}

/** Connects a client; whenever it is told to sign in, the person does so, and the client tries the same once more. */
export async function setOut(create: Create, url: string, person: Person): Promise<Journey> {
  const memory: OAuthMemory = {}
  const exchanges: string[] = []
  const refusals: string[] = []
  const fetcher: typeof fetch = async (input, init) => {
    const response = await fetch(input, init)
    if (response.status === 403) refusals.push(await response.clone().text())
    exchanges.push(`${init?.method ?? 'GET'} ${new URL(response.url).pathname} ${String(response.status)}`)
    return response
  }
  const renew = () => create(new URL(url), memory, fetcher)
  let client = renew()
  const persist = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work()
    } catch (error) {
      const { authorizationUrl } = memory
      if (authorizationUrl === undefined) throw error
      delete memory.authorizationUrl
      await client.finishAuth((await person.visit(authorizationUrl)).searchParams)
      return work()
    }
  }
  await persist(() => {
    client = renew()
    return client.open()
  })
  return {
    memory,
    exchanges,
    refusals,
    revision: client.revision,
    list: async () => (await client.list()).tools,
    call: (name, args) => persist(() => client.call(name, args)),
    close: () => client.close(),
  }
}
