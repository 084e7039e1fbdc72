import { expect } from 'chai'
import { ToolError, type PluginSetup } from '@toolgate/plugin'
import { callTool, recordingLogger, rejectionOf, setUpPlugin, toolContext } from '../../../test/support/tool-context.ts'
import plugin from '../src/index.ts'
import { json, startSearchService, type SearchService } from './search-service.ts'

const apiKey = 'tvly-test-1f0e9d8c7b6a'
const found = (title: string, rest: Readonly<Record<string, unknown>> = {}) => ({
  title,
  url: `https://${title}.example/`,
  content: `about ${title}`,
  score: 0.9,
  raw_content: null,
  ...rest,
})
const answerOf = (results: readonly unknown[]) => ({
  query: 'q',
  follow_up_questions: null,
  answer: null,
  images: [],
  results,
  response_time: 0.42,
  request_id: '123e4567-e89b-12d3-a456-426614174111',
})

describe('the web-search plugin', () => {
  let service: SearchService
  let searching: PluginSetup
  let log: ReturnType<typeof recordingLogger>

  const settings = (overrides: Readonly<Record<string, unknown>> = {}) => ({
    apiKey,
    baseUrl: service.url,
    searchDepth: 'basic',
    timeoutMs: 5_000,
    ...overrides,
  })
  const search = (args: Readonly<Record<string, unknown>> = {}, signal = new AbortController().signal) =>
    callTool(
      searching,
      'web_search',
      { query: 'q', maxResults: 5, topic: 'general', ...args },
      toolContext({ signal, logger: log.logger }),
    ) as Promise<{ results: Record<string, unknown>[] }>
  const refusal = async (promise: Promise<unknown> = search()) => {
    const error = await rejectionOf(promise)
    expect(error).to.be.instanceOf(ToolError)
    return error.message
  }

  before(async () => {
    service = await startSearchService()
  })

  after(() => service.close())

  beforeEach(async () => {
    log = recordingLogger()
    service.requests.splice(0)
    service.answer = json(200, answerOf([]))
    searching = await setUpPlugin(plugin, { settings: settings() })
  })

  describe('setup', () => {
    it('says what to set when there is no key', async () => {
      const setup = await setUpPlugin(plugin, { settings: settings({ apiKey: '' }) })
      expect(setup.notConfigured).to.contain('apiKey')
      expect(setup.tools?.map(({ name }) => name)).to.deep.equal(['web_search'])
      expect(searching.notConfigured).to.equal(undefined)
    })

    for (const baseUrl of [
      'http://search.example',
      'ftp://127.0.0.1',
      'nonsense',
      'https://u:p@search.example',
      'https://search.example/?a',
    ]) {
      it(`refuses the base URL ${baseUrl}`, async () => {
        const error = await rejectionOf(setUpPlugin(plugin, { settings: settings({ baseUrl }) }))
        expect(error.message).to.contain('baseUrl')
      })
    }

    it('refuses a key that no header can carry, without showing it', async () => {
      const error = await rejectionOf(setUpPlugin(plugin, { settings: settings({ apiKey: `${apiKey}\n` }) }))
      expect(error.message).to.contain('apiKey').and.not.contain('tvly')
    })
  })

  describe('the request', () => {
    it('is a POST of JSON to /search with the key as a bearer token', async () => {
      await search()
      const [request] = service.requests
      expect(request).to.include({ method: 'POST', path: '/search' })
      expect(request?.headers).to.include({ authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' })
      expect(request?.body).to.deep.equal({ query: 'q', max_results: 5, topic: 'general', search_depth: 'basic' })
    })

    it('carries every argument in the words of the service', async () => {
      await search({
        maxResults: 20,
        topic: 'news',
        timeRange: 'week',
        includeDomains: ['a.example'],
        excludeDomains: ['b.example'],
      })
      expect(service.requests[0]?.body).to.deep.equal({
        query: 'q',
        max_results: 20,
        topic: 'news',
        time_range: 'week',
        include_domains: ['a.example'],
        exclude_domains: ['b.example'],
        search_depth: 'basic',
      })
    })

    it('keeps the path of the base URL', async () => {
      searching = await setUpPlugin(plugin, {
        settings: settings({ baseUrl: `${service.url}/proxy/`, searchDepth: 'advanced' }),
      })
      await search()
      expect(service.requests[0]).to.include({ path: '/proxy/search' })
      expect(service.requests[0]?.body).to.include({ search_depth: 'advanced' })
    })

    it('is sent once', async () => {
      service.answer = json(500, {})
      await refusal()
      expect(service.requests).to.have.length(1)
    })
  })

  describe('the answer', () => {
    it('is the results, with what a reader needs of each', async () => {
      service.answer = json(
        200,
        answerOf([found('a'), found('b', { published_date: 'Mon, 02 Nov 2026 10:00:00 GMT' })]),
      )
      expect(await search()).to.deep.equal({
        results: [
          { title: 'a', url: 'https://a.example/', content: 'about a', score: 0.9 },
          {
            title: 'b',
            url: 'https://b.example/',
            content: 'about b',
            score: 0.9,
            publishedDate: 'Mon, 02 Nov 2026 10:00:00 GMT',
          },
        ],
      })
    })

    it('leaves out what is no result, and more than was asked for', async () => {
      const odd = [null, 'x', found('x', { url: 'javascript:alert(1)' }), found('y', { content: 1 }), {}]
      service.answer = json(200, answerOf([...odd, found('a', { score: 'high' }), found('b'), found('c')]))
      const { results } = await search({ maxResults: 2 })
      expect(results.map(({ title, score }) => [title, score])).to.deep.equal([
        ['a', 0],
        ['b', 0.9],
      ])
    })

    it('is clipped', async () => {
      service.answer = json(200, answerOf([found('a', { content: 'x'.repeat(100_000) })]))
      expect((await search()).results[0]?.['content']).to.have.length(8_000)
    })

    const unexpected: Readonly<Record<string, (res: Parameters<SearchService['answer']>[0]) => void>> = {
      'no JSON': (res) => res.writeHead(200).end('<html>'),
      'no results': json(200, { query: 'q' }),
      'a list': json(200, []),
      nothing: (res) => res.writeHead(200).end(),
      'too much': (res) =>
        res.writeHead(200).end(JSON.stringify(answerOf([found('a', { content: 'x'.repeat(3_000_000) })]))),
    }
    for (const [what, answer] of Object.entries(unexpected)) {
      it(`is refused when it is ${what}`, async () => {
        service.answer = answer
        expect(await refusal()).to.contain('something unexpected')
        expect(log.lines.map(({ level }) => level)).to.deep.equal(['warn'])
      })
    }
  })

  describe('an error of the service', () => {
    const error = (text: string) => ({ detail: { error: text } })
    const cases: readonly (readonly [
      status: number,
      body: unknown,
      headers: Readonly<Record<string, string>>,
      words: string,
    ])[] = [
      [400, error('Query is too long.'), {}, 'refused the search: Query is too long.'],
      [422, { detail: [{ msg: 'Field required' }] }, {}, 'refused the search.'],
      [401, error('Unauthorized: missing or invalid API key.'), {}, 'refuses the key of this host'],
      [403, error('Forbidden'), {}, 'refuses the key of this host'],
      [429, error('excessive requests'), { 'retry-after': '7' }, 'Try again in 7 s.'],
      [429, error('excessive requests'), { 'retry-after': '0' }, 'Try again in 1 s.'],
      [429, error('excessive requests'), { 'retry-after': 'nonsense' }, 'Try again later.'],
      [429, error('excessive requests'), {}, 'Try again later.'],
      [432, error("exceeds your plan's set usage limit"), {}, 'plan of this host is used up'],
      [433, error('exceeds the pay-as-you-go limit'), {}, 'plan of this host is used up'],
      [500, error('Internal Server Error'), {}, 'failed (status 500)'],
      [503, 'no object', {}, 'failed (status 503)'],
    ]
    for (const [status, body, headers, words] of cases) {
      it(`${status} ${JSON.stringify(headers)} is told as "${words}"`, async () => {
        service.answer = json(status, body, headers)
        expect(await refusal()).to.contain(words)
        expect(log.lines).to.have.length(1)
        expect(log.lines[0]?.fields).to.include({ status })
      })
    }

    it('429 with a date tells the seconds until then', async () => {
      service.answer = json(429, {}, { 'retry-after': new Date(Date.now() + 60_000).toUTCString() })
      const seconds = Number(/in (\d+) s/u.exec(await refusal())?.[1])
      expect(seconds).to.be.within(50, 60)
    })

    it('shows the key neither to the model nor in the log, even if the service repeats it', async () => {
      for (const status of [400, 401, 429, 500]) {
        service.answer = json(status, error(`the key ${apiKey} is wrong`))
        expect(await refusal()).not.to.contain(apiKey)
      }
      expect(JSON.stringify(log.lines)).to.contain('the key [key] is wrong').and.not.contain(apiKey)
    })

    it('follows no redirect with the key', async () => {
      service.answer = (res) => res.writeHead(307, { location: `${service.url}/elsewhere` }).end()
      expect(await refusal()).to.contain('could not be reached')
      expect(service.requests).to.have.length(1)
    })
  })

  describe('time', () => {
    const stall: readonly (readonly [what: string, answer: SearchService['answer']])[] = [
      ['says nothing', () => undefined],
      [
        'stops in the middle',
        (res) => res.writeHead(200, { 'content-type': 'application/json' }).write('{"results":['),
      ],
    ]
    for (const [what, answer] of stall) {
      it(`runs out when the service ${what}`, async () => {
        service.answer = answer
        searching = await setUpPlugin(plugin, { settings: settings({ timeoutMs: 100 }) })
        expect(await refusal()).to.contain('longer than 0.1 s')
      })

      it(`ends with the call when the service ${what}`, async () => {
        service.answer = answer
        const controller = new AbortController()
        const call = search({}, controller.signal)
        setTimeout(() => controller.abort(), 50)
        expect((await rejectionOf(call)).name).to.equal('AbortError')
      })
    }

    it('asks nothing for a call that is already aborted', async () => {
      expect((await rejectionOf(search({}, AbortSignal.abort()))).name).to.equal('AbortError')
      expect(service.requests).to.have.length(0)
    })

    it('says that the service cannot be reached', async () => {
      searching = await setUpPlugin(plugin, { settings: settings({ baseUrl: 'http://127.0.0.1:1' }) })
      expect(await refusal()).to.contain('could not be reached')
      expect(log.lines[0]?.fields).to.have.property('code')
    })
  })
})
