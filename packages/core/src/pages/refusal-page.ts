import { STATUS_CODES } from 'node:http'
import { definePage } from './page.ts'

/** What a person reads of a status that a browser meets; others go by their name. */
const headings: Readonly<Record<number, string>> = {
  401: 'Programs sign in here',
  403: 'This way is closed',
  404: 'Nothing is here',
  405: 'This address is for programs',
}

const page = definePage(
  `<h1><%= it.heading %></h1>
<p><%= it.sentence %></p>
<p><a class="go" href="<%= it.link %>">How to connect</a></p>
<p class="quiet small"><%= it.status %> <%= it.name %></p>`,
)

/** What a browser shows where a client gets an error: the same status, in words, and the way to the page at `/`. */
export function refusalPage(refusal: {
  readonly status: number
  readonly sentence: string
  /** The page at `/`, where this very host does not have it. */
  readonly link?: string | undefined
}): string {
  const { status, sentence, link = '/' } = refusal
  const name = STATUS_CODES[status] ?? ''
  return page('Toolgate', { heading: headings[status] ?? name, sentence, link, status, name })
}
