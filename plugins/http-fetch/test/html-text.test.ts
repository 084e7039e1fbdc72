import { performance } from 'node:perf_hooks'
import { expect } from 'chai'
import { rejectionOf } from '../../../test/support/tool-context.ts'
import { htmlText } from '../src/html-text.ts'

describe('htmlText', () => {
  const url = new URL('https://a.example/docs/page')
  const { signal } = new AbortController()

  const vectors: Readonly<Record<string, string>> = {
    '<p>one<p>two': 'one\n\ntwo',
    '<a href="next?x#y">next</a>': 'next [https://a.example/docs/next?x#y]',
    '<a href="https://b.example/">https://b.example/</a>': 'https://b.example/',
    '<a href="data:text/html,x">data</a><a href="file:///x">file</a>': 'datafile',
    '<ul><li>a<li>b</ul>': ' * a\n * b',
    '<script>s</script><style>s</style><svg><text>s</text></svg><template>s</template>t': 't',
    '&lt;b&gt; &amp; &#x1F600;': '<b> & 😀',
    '': '',
  }
  for (const [html, expected] of Object.entries(vectors)) {
    it(`makes ${JSON.stringify(expected)} of ${JSON.stringify(html)}`, async () => {
      expect(await htmlText(html, url, signal)).to.equal(expected)
    })
  }

  it('holds nothing up while a page is nested too deep, and ends with the signal', async () => {
    const controller = new AbortController()
    const start = performance.now()
    const call = htmlText('<ul><li>'.repeat(150_000), url, controller.signal)
    setTimeout(() => controller.abort(), 200)
    expect((await rejectionOf(call)).name).to.equal('AbortError')
    expect(performance.now() - start).to.be.below(5_000)
  })
})
