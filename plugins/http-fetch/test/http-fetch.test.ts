import { brotliCompressSync, gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { ToolError, type PluginSetup } from '@toolgate/plugin'
import { callTool, recordingLogger, rejectionOf, setUpPlugin, toolContext } from '../../../test/support/tool-context.ts'
import plugin from '../src/index.ts'
import type { Page } from '../src/fetch-page.ts'
import { startLocalServer, type LocalServer } from './local-server.ts'

const text = (body: string | Buffer, headers: Readonly<Record<string, string>> = {}) =>
  ((_req, res) => res.writeHead(200, { 'content-type': 'text/plain', ...headers }).end(body)) satisfies Parameters<
    typeof startLocalServer
  >[0][string]
const redirect = (location: string, status = 302) =>
  ((_req, res) => res.writeHead(status, { location }).end('moved')) satisfies Parameters<
    typeof startLocalServer
  >[0][string]

describe('the http-fetch plugin', () => {
  let server: LocalServer
  let fetching: PluginSetup

  const defaults = {
    allowedHosts: ['127.0.0.1', 'localhost'],
    allowHttp: true,
    maxBytes: 10_000,
    maxRedirects: 3,
    timeoutMs: 5_000,
    dangerouslyAllowPrivateAddresses: true,
  }
  const setUp = (settings: Readonly<Record<string, unknown>> = {}) =>
    setUpPlugin(plugin, { settings: { ...defaults, ports: [server.port], ...settings } })
  const url = (path: string, host = '127.0.0.1') => `http://${host}:${server.port}${path}`
  const get = async (target: string, setup = fetching, context = toolContext()) =>
    (await callTool(setup, 'http_fetch', { url: target, maxCharacters: 50_000 }, context)) as Page
  const refusal = async (promise: Promise<unknown>) => {
    const error = await rejectionOf(promise)
    expect(error).to.be.instanceOf(ToolError)
    return error.message
  }

  before(async () => {
    server = await startLocalServer({
      '/text': text('grüße'),
      '/latin1': text(Buffer.from('gr\xfc\xdfe', 'latin1'), { 'content-type': 'text/plain; charset=ISO-8859-1' }),
      '/json': text('{"a":1}', { 'content-type': 'application/problem+json; charset=utf-8' }),
      '/html': text(
        '<html><head><title>T</title><script>s()</script></head><body><h1>Head</h1><p>Read <a href="/more">more</a> <a href="javascript:x()">no</a><img src=x alt=pixel></p></body></html>',
        { 'content-type': 'text/html' },
      ),
      '/meta': text(Buffer.from('<meta charset="windows-1252"><p>gr\xfc\xdfe', 'latin1'), {
        'content-type': 'text/html',
      }),
      '/image': text('x', { 'content-type': 'image/png' }),
      '/untyped': (_req, res) => res.writeHead(200).end('x'),
      '/gone': (_req, res) => res.writeHead(410, { 'content-type': 'text/plain' }).end('secret of the server'),
      '/empty': (_req, res) => res.writeHead(204).end(),
      '/gzip': text(gzipSync('small'), { 'content-encoding': 'gzip' }),
      '/br': text(brotliCompressSync('small'), { 'content-encoding': 'br' }),
      '/zstd': text('x', { 'content-encoding': 'zstd' }),
      '/broken-gzip': text('no gzip at all', { 'content-encoding': 'gzip' }),
      '/bomb': text(gzipSync(Buffer.alloc(50_000_000, 'a')), { 'content-encoding': 'gzip' }),
      '/br-bomb': text(brotliCompressSync(Buffer.alloc(50_000_000, 'a')), { 'content-encoding': 'br' }),
      '/endless': (_req, res) => {
        res.writeHead(200, { 'content-type': 'text/plain' })
        const more = () => {
          while (!res.destroyed && res.write('x'.repeat(1_000)));
          if (!res.destroyed) res.once('drain', more)
        }
        more()
      },
      '/silent': () => undefined,
      '/drip': (_req, res) => {
        res.writeHead(200, { 'content-type': 'text/plain' })
        const timer = setInterval(() => res.write('x'), 20)
        res.on('close', () => clearInterval(timer))
      },
      '/broken-off': (_req, res) => {
        res.writeHead(200, { 'content-type': 'text/plain', 'content-length': '100' })
        res.write('x', () => res.destroy())
      },
      '/to-text': redirect('/text'),
      '/to-text-308': redirect('text', 308),
      '/loop': redirect('/loop'),
      '/to-other-host': redirect('https://other.example/token=secret'),
      '/to-other-port': redirect('http://127.0.0.1:1/'),
      '/to-file': redirect('file:///etc/passwd'),
      '/to-user': redirect('//user:password@127.0.0.1/text'),
      '/to-nowhere': (_req, res) => res.writeHead(302).end(),
    })
    fetching = await setUp()
  })

  after(() => server.close())

  beforeEach(() => server.requests.splice(0))

  it('is not configured without a host', async () => {
    const setup = await setUp({ allowedHosts: [] })
    expect(setup.notConfigured).to.contain('allowedHosts')
    expect(setup.tools?.map(({ name }) => name)).to.deep.equal(['http_fetch'])
    expect(fetching.notConfigured).to.equal(undefined)
  })

  it('warns when private addresses are allowed', async () => {
    const { logger, lines } = recordingLogger()
    const settings = { ...defaults, ports: [443] }
    await setUpPlugin(plugin, { settings, logger })
    await setUpPlugin(plugin, { settings: { ...settings, dangerouslyAllowPrivateAddresses: false }, logger })
    expect(lines).to.deep.equal([
      { level: 'warn', message: 'http_fetch may connect to private addresses', fields: undefined },
    ])
  })

  describe('answers', () => {
    it('text, with where it was found', async () => {
      expect(await get(url('/text#part'))).to.deep.equal({
        url: url('/text'),
        contentType: 'text/plain',
        text: 'grüße',
        truncated: false,
      })
    })

    it('text in the charset of the header, or of the page', async () => {
      expect((await get(url('/latin1'))).text).to.equal('grüße')
      expect((await get(url('/meta'))).text).to.equal('grüße')
    })

    it('JSON as it is', async () => {
      expect(await get(url('/json'))).to.include({ text: '{"a":1}', contentType: 'application/problem+json' })
    })

    it('the readable text of HTML, with absolute links', async () => {
      const page = await get(url('/html'))
      expect(page.text).to.equal(`Head\n\nRead more [${url('/more')}] no`)
      expect(page.contentType).to.equal('text/html')
    })

    it('what was compressed', async () => {
      expect((await get(url('/gzip'))).text).to.equal('small')
      expect((await get(url('/br'))).text).to.equal('small')
    })

    it('the page that a redirect leads to', async () => {
      expect(await get(url('/to-text'))).to.include({ text: 'grüße', url: url('/text') })
      expect(await get(url('/to-text-308'))).to.include({ text: 'grüße' })
    })

    it('as many characters as asked for', async () => {
      const page = (await callTool(fetching, 'http_fetch', { url: url('/text'), maxCharacters: 2 })) as Page
      expect(page).to.include({ text: 'gr', truncated: true })
    })
  })

  it('sends no credentials, cookies or anything of the caller', async () => {
    await get(url('/to-text'))
    expect(server.requests.map(({ method, headers }) => [method, Object.keys(headers).sort()])).to.deep.equal(
      Array.from({ length: 2 }, () => ['GET', ['accept', 'accept-encoding', 'connection', 'host', 'user-agent']]),
    )
  })

  describe('refuses', () => {
    const cases: Readonly<Record<string, readonly [target: string, words: string]>> = {
      'a host that is not allowed': ['https://other.example/', 'other.example, which is not allowed'],
      'a port that is not allowed': ['http://127.0.0.1:1/', 'port 1'],
      'the default port of a scheme if it is not allowed': ['http://127.0.0.1/', 'port 80'],
      'another scheme': ['ftp://127.0.0.1/', 'scheme ftp:'],
      'a data URL': ['data:text/plain,x', 'scheme data:'],
      'a user name and password': ['http://user:password@127.0.0.1/', 'user name'],
      'what is no URL': ['127.0.0.1', 'not a URL'],
    }
    for (const [what, [target, words]] of Object.entries(cases)) {
      it(what, async () => {
        expect(await refusal(get(target))).to.contain(words)
        expect(server.requests).to.have.length(0)
      })
    }

    it('http: unless the operator allows it', async () => {
      const setup = await setUp({ allowHttp: false })
      expect(await refusal(get(url('/text'), setup))).to.contain('only https:')
    })

    const redirects: Readonly<Record<string, string>> = {
      '/to-other-host': 'host other.example, which is not allowed',
      '/to-other-port': 'port 1',
      '/to-file': 'scheme file:',
      '/to-user': 'user name',
      '/loop': 'more than 3 times',
      '/to-nowhere': 'status 302',
    }
    for (const [path, words] of Object.entries(redirects)) {
      it(`the redirect of ${path}`, async () => {
        const message = await refusal(get(url(path)))
        expect(message).to.contain(words).and.not.contain('secret')
      })
    }

    it('a redirect to http: where https: alone is allowed', async () => {
      const { judgeUrl } = await import('../src/judge-url.ts')
      const rules = { hosts: { allow: () => true }, allowHttp: false, ports: [80, 443], privateAddresses: false }
      expect(() => judgeUrl('http://a.example/', rules, new URL('https://a.example/'))).to.throw('only https:')
    })

    const answers: Readonly<Record<string, string>> = {
      '/image': 'image/png, not text',
      '/untyped': 'does not say what type',
      '/gone': 'status 410',
      '/empty': 'answered nothing',
      '/zstd': 'compressed',
      '/broken-gzip': 'Z_DATA_ERROR',
      '/broken-off': 'broke off',
      '/none': 'status 404',
    }
    for (const [path, words] of Object.entries(answers)) {
      it(`the answer of ${path}`, async () => {
        const message = await refusal(get(url(path)))
        expect(message).to.contain(words).and.not.contain('secret')
      })
    }
  })

  describe('an address that is not public', () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0x7f.1', '2130706433']) {
      it(`is not connected to as ${host}`, async () => {
        const allowedHosts = ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]']
        const setup = await setUp({ allowedHosts, dangerouslyAllowPrivateAddresses: false })
        expect(await refusal(get(url('/text', host), setup))).to.contain('not public')
        expect(server.requests).to.have.length(0)
      })
    }
  })

  describe('bounds', () => {
    for (const path of ['/endless', '/bomb', '/br-bomb']) {
      it(`reads no more than maxBytes of ${path}`, async () => {
        const page = await get(url(path))
        expect(page.text).to.have.length(10_000)
        expect(page.truncated).to.be.true
      })
    }

    it('says nothing of a cut when the body has maxBytes exactly', async () => {
      const setup = await setUp({ maxBytes: 7 })
      expect(await get(url('/text'), setup)).to.include({ text: 'grüße', truncated: false })
    })

    for (const path of ['/silent', '/drip']) {
      it(`gives up on ${path} after timeoutMs`, async () => {
        const setup = await setUp({ timeoutMs: 150 })
        expect(await refusal(get(url(path), setup))).to.contain('within 0.15 s')
      })

      it(`stops waiting for ${path} when the call is aborted`, async () => {
        const controller = new AbortController()
        const call = get(url(path), fetching, toolContext({ signal: controller.signal }))
        setTimeout(() => controller.abort(), 50)
        expect((await rejectionOf(call)).name).to.equal('AbortError')
      })
    }

    it('says which failure of the network it was, and logs it', async () => {
      const { logger, lines } = recordingLogger()
      const setup = await setUp({ ports: [1] })
      expect(await refusal(get('http://127.0.0.1:1/', setup, toolContext({ logger })))).to.contain('ECONNREFUSED')
      expect(lines).to.deep.equal([{ level: 'info', message: 'a request failed', fields: { code: 'ECONNREFUSED' } }])
    })

    it('speaks no plain HTTP to an https: URL', async () => {
      expect(await refusal(get(url('/text').replace('http:', 'https:')))).to.contain('could not be reached')
    })
  })
})
