import { Client as ModernClient } from '@modelcontextprotocol/client'
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio'
import { Client as ClassicClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as ClassicTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { expect } from 'chai'
import { join } from 'node:path'
import { stdioFolder, type StdioFolder } from './support/stdio.ts'

interface Call {
  readonly name: string
  readonly arguments: Record<string, unknown>
}

interface CallOptions {
  readonly signal?: AbortSignal
  readonly onprogress?: (progress: { progress: number }) => void
}

interface SdkClient {
  readonly revision: string | undefined
  list(): Promise<{ readonly tools: readonly { readonly name: string }[] }>
  call(call: Call, options?: CallOptions): Promise<Readonly<Record<string, unknown>>>
  close(): Promise<void>
}

const identity = { name: 'sdk-client', version: '1.0.0' }
const bin = join(import.meta.dirname, '../packages/cli/bin/toolgate.mjs')

const parametersFor = (folder: StdioFolder) => ({
  command: process.execPath,
  args: [bin, 'stdio', '--scopes', 'fixture:read', '--config', join(folder.path, 'mcp.config.json')],
  env: { LOG_LEVEL: 'silent', NODE_NO_WARNINGS: '1' },
})

const modern =
  (mode: 'auto' | 'legacy') =>
  async (folder: StdioFolder): Promise<SdkClient> => {
    const client = new ModernClient(identity, { versionNegotiation: { mode } })
    await client.connect(new ModernTransport(parametersFor(folder)))
    return {
      revision: client.getNegotiatedProtocolVersion(),
      list: () => client.listTools(),
      call: (call, options) => client.callTool({ ...call }, options),
      close: () => client.close(),
    }
  }

const classic = async (folder: StdioFolder): Promise<SdkClient> => {
  const client = new ClassicClient(identity)
  await client.connect(new ClassicTransport(parametersFor(folder)))
  return {
    // It tells nobody; the audit does, below.
    revision: '2025-11-25',
    list: () => client.listTools(),
    call: (call, options) => client.callTool({ ...call }, undefined, options),
    close: () => client.close(),
  }
}

const clients: readonly (readonly [
  name: string,
  revision: string,
  connect: (folder: StdioFolder) => Promise<SdkClient>,
])[] = [
  ['the v2 client that negotiates ("auto")', '2026-07-28', modern('auto')],
  ['the v2 client as it is by default ("legacy")', '2025-11-25', modern('legacy')],
  ['the v1 client', '2025-11-25', classic],
]

describe('a client of an SDK over stdio', () => {
  let folder: StdioFolder
  before(async () => {
    folder = await stdioFolder({ tools: { fixture_write: { visibility: 'listed' } } })
  })
  after(() => folder[Symbol.asyncDispose]())

  for (const [name, revision, connect] of clients) {
    describe(name, () => {
      let sdk: SdkClient
      before(async () => {
        sdk = await connect(folder)
      })
      after(() => sdk.close())

      it(`speaks ${revision}, lists and calls`, async () => {
        expect(sdk.revision).to.equal(revision)
        const { tools } = await sdk.list()
        expect(tools.map((tool) => tool.name)).to.include.members(['fixture_echo', 'fixture_write'])
        const result = await sdk.call({ name: 'fixture_echo', arguments: { text: 'x' } })
        expect(result.structuredContent).to.deep.include({ args: { text: 'x', times: 1 } })
        const last = (await folder.audit()).findLast(({ type }) => type === 'decision')
        expect(last).to.deep.include({ protocolRevision: revision, clientName: 'sdk-client', subject: 'stdio:local' })
      })

      it('gets a denial as an error with code and data', async () => {
        const error: unknown = await sdk.call({ name: 'fixture_write', arguments: {} }).then(
          () => undefined,
          (reason: unknown) => reason,
        )
        expect(error).to.deep.include({ code: -32003 })
        expect((error as { data: object }).data).to.deep.include({ tool: 'fixture_write', missing: ['fixture:write'] })
      })

      it('is told of progress, and cancels', async () => {
        const stop = new AbortController()
        const cancelled: unknown = await sdk
          .call(
            { name: 'fixture_aborting', arguments: {} },
            {
              signal: stop.signal,
              onprogress: () => {
                stop.abort('enough')
              },
            },
          )
          .then(
            () => undefined,
            (reason: unknown) => reason,
          )
        expect(String(cancelled)).to.include('enough')
        const { content } = await sdk.call({ name: 'fixture_aborting', arguments: { ask: true } })
        expect(content).to.deep.equal([{ type: 'text', text: '1' }])
      })
    })
  }
})
