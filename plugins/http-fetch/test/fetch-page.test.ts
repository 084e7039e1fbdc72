import { expect } from 'chai'
import { ToolError } from '@toolgate/plugin'
import { rejectionOf } from '../../../test/support/tool-context.ts'
import { fetchPage } from '../src/fetch-page.ts'
import { parseHostRules } from '../src/host-rules.ts'
import type { Address, LookUp } from '../src/resolve-addresses.ts'
import { startLocalServer, type LocalServer } from './local-server.ts'

const loopback: Address = { address: '127.0.0.1', family: 4 }
const limits = { maxBytes: 10_000, maxRedirects: 3, timeoutMs: 5_000 }
const { signal } = new AbortController()

describe('fetchPage', () => {
  let server: LocalServer

  before(async () => {
    server = await startLocalServer({
      '/': (req, res) => res.writeHead(200, { 'content-type': 'text/plain' }).end(req.headers.host),
      '/next': (_req, res) => res.writeHead(302, { location: `http://second.example:${server.port}/` }).end(),
    })
  })

  after(() => server.close())

  beforeEach(() => server.requests.splice(0))

  const get = (url: string, lookUp: LookUp, privateAddresses: boolean) => {
    const hosts = parseHostRules(['*.example.com', 'first.example', 'second.example'])
    const rules = { hosts, allowHttp: true, ports: [server.port], privateAddresses }
    return fetchPage(url, { rules, limits, lookUp }, signal)
  }

  it('connects to the addresses that were checked, by the name of the URL, and asks for them once', async () => {
    const names: string[] = []
    const lookUp: LookUp = async (hostname) => {
      names.push(hostname)
      // A second answer would be another: what a rebinding server does.
      return names.length === 1 ? [loopback] : [{ address: '127.0.0.2', family: 4 }]
    }
    const page = await get(`http://a.example.com:${server.port}/`, lookUp, true)
    expect(page.text).to.equal(`a.example.com:${server.port}`)
    expect(names).to.deep.equal(['a.example.com'])
  })

  it('looks a host up again for a redirect', async () => {
    const names: string[] = []
    const lookUp: LookUp = async (hostname) => {
      names.push(hostname)
      return [loopback]
    }
    const page = await get(`http://first.example:${server.port}/next`, lookUp, true)
    expect(page.url).to.equal(`http://second.example:${server.port}/`)
    expect(names).to.deep.equal(['first.example', 'second.example'])
  })

  it('connects to no allowed name that has a private address', async () => {
    const error = await rejectionOf(get(`http://a.example.com:${server.port}/`, async () => [loopback], false))
    expect(error).to.be.instanceOf(ToolError)
    expect(error.message).to.contain('not public')
    expect(server.requests).to.have.length(0)
  })

  it('connects to no name that has one private address among public ones', async () => {
    const lookUp: LookUp = async () => [{ address: '8.8.8.8', family: 4 }, loopback]
    expect((await rejectionOf(get(`http://a.example.com:${server.port}/`, lookUp, false))).message).to.contain(
      'not public',
    )
  })

  it('says that a name has no address', async () => {
    expect((await rejectionOf(get(`http://a.example.com:${server.port}/`, async () => [], true))).message).to.contain(
      'no address',
    )
  })

  it('stops waiting for a lookup when the call is aborted', async () => {
    const hosts = parseHostRules(['a.example'])
    const rules = { hosts, allowHttp: false, ports: [443], privateAddresses: false }
    const controller = new AbortController()
    const lookUp: LookUp = () => new Promise(() => undefined)
    const call = fetchPage('https://a.example/', { rules, limits, lookUp }, controller.signal)
    setImmediate(() => controller.abort())
    expect((await rejectionOf(call)).name).to.equal('AbortError')
  })
})
