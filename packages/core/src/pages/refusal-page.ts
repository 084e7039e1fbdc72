import { STATUS_CODES } from 'node:http'
import { definePage } from './page.ts'

const page = definePage(
  `<h1><%= it.heading %></h1>
<p><%= it.sentence %></p>
<p><a href="/">What is this?</a></p>`,
)

/** What a browser shows where a client gets an error: the same status, in words. */
export function refusalPage({ status, sentence }: { readonly status: number; readonly sentence: string }): string {
  return page('Toolgate', { heading: STATUS_CODES[status] ?? String(status), sentence })
}
