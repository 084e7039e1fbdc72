import { parentPort, workerData } from 'node:worker_threads'
import { convert } from 'html-to-text'

const { html, url } = workerData as { readonly html: string; readonly url: string }

function absolute(href: string): string {
  const target = URL.canParse(href, url) ? new URL(href, url) : undefined
  return target && /^(?:https?|mailto):$/u.test(target.protocol) ? target.href : ''
}

const skipped = ['img', 'svg', 'template', 'noscript', 'iframe'].map((selector) => ({ selector, format: 'skip' }))
const headings = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } }))

parentPort?.postMessage(
  convert(html, {
    wordwrap: false,
    limits: { maxDepth: 200, ellipsis: '' },
    selectors: [
      ...skipped,
      ...headings,
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, pathRewrite: absolute } },
    ],
  }),
)
