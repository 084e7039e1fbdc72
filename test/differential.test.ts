import { expect } from 'chai'
import { compareAll } from './support/differential/compare.ts'
import { differences } from './support/differential/differences.ts'
import { compareRequests } from './support/differential/requests.ts'
import { startSdkServer, type SdkServer } from './support/differential/sdk-server.ts'
import { startSharedHost } from './support/differential/shared-host.ts'
import type { TestHost } from './support/host.ts'
import { createRandom } from './support/hostile/random.ts'
import { post } from './support/wire.ts'

const count = 1_000
/** `TOOLGATE_SEED` repeats a run. */
const seed = Number(process.env.TOOLGATE_SEED ?? Date.now() % 1_000_000)

describe('this host beside the SDK', () => {
  let host: TestHost
  let sdk: SdkServer
  let token: string
  before(async () => {
    host = await startSharedHost()
    token = await host.token('diff:read')
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'diff', version: '1.0.0' } }
    const hello = await post(host.url, token, { jsonrpc: '2.0', id: 1, method: 'initialize', params })
    sdk = await startSdkServer(hello.result()['serverInfo'] as Parameters<typeof startSdkServer>[0])
  })
  after(async () => {
    await sdk.close()
    await host.close()
  })

  it(`answers a thousand requests, good, bad and odd, as its createMcpHandler does, but for what is listed with a reason (seed ${String(seed)})`, async () => {
    const requests = compareRequests(createRandom(seed), count)
    const { unlisted, seen, same } = await compareAll(requests, { url: host.url, token, sdkUrl: sdk.url })
    expect(unlisted, unlisted.slice(0, 5).join('\n')).to.have.length(0)
    expect(
      differences.filter((known) => !seen.has(known)).map(({ reason }) => reason),
      'listed, and never seen',
    ).to.deep.equal([])
    expect(requests).to.have.length(count)
    expect(same, 'answers that are the same to the byte').to.be.greaterThan(count / 3)
  })
})
