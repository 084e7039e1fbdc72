import { expect } from 'chai'
import { startTellingIssuer, type TellingIssuer } from './support/telling-issuer.ts'
import { callTool } from './support/wire.ts'
import { startWorkersHost, textOf, type WorkersHost } from './support/workers/workers-host.ts'

describe('opaque tokens at two workers', function () {
  this.timeout(180_000)
  let issuer: TellingIssuer
  let host: WorkersHost

  before(async () => {
    issuer = await startTellingIssuer()
    const config = { authorizationServers: [issuer.settings] }
    host = await startWorkersHost({ config, environment: issuer.environment })
  })
  after(async () => {
    await host.close()
    await issuer.close()
  })

  it('cost their issuer no more questions than at one where nobody knows them, and honest ones use nothing up', async () => {
    const exp = Math.floor(Date.now() / 1000) + 600
    const call = (token: string) => callTool('modern', host.url, token, 'crew_pid')
    const pids = new Set<string>()
    for (let count = 0; count < 12; count++) {
      const token = `honest-${String(count)}`
      issuer.tell(token, { aud: host.url, sub: 'user-1', scope: 'crew:use', exp })
      pids.add(textOf(await call(token)))
    }
    expect(pids.size).to.equal(2)
    const asked = issuer.questions()
    const statuses: number[] = []
    for (let count = 0; count < 14; count++) statuses.push((await call(`unknown-${String(count)}`)).status)
    expect(statuses.slice(0, 10)).to.deep.equal(Array.from({ length: 10 }, () => 401))
    expect(statuses.slice(11)).to.deep.equal([429, 429, 429])
    expect(issuer.questions() - asked).to.be.within(10, 11)
  })
})
