import { clientLines } from '../clients/client-lines.ts'
import { definePage } from './page.ts'

/** What the page at `/` says. It names no tool: whoever reads it has not signed in. */
export interface LandingFacts {
  readonly title: string
  readonly url: string
  /** What clients call this host in their settings. */
  readonly name: string
  /** What the first sign-in asks for, with the descriptions of the configuration. */
  readonly initialScopes: readonly { readonly scope: string; readonly description: string | undefined }[]
  /** Where one signs in. */
  readonly issuers: readonly string[]
  readonly embedded: boolean
}

const page = definePage(
  `<h1><%= it.title %></h1>
<p>This is an MCP tool host: programs such as Claude, VS Code or Cursor connect to it and use its tools with what your sign-in allows. It is not a web site, so there is nothing more to see in a browser.</p>
<h2>MCP URL</h2>
<pre><%= it.url %></pre>
<h2>Connect a client</h2>
<% it.lines.forEach((line) => { %>
<details><summary><%= line.name %></summary>
<p class="soft"><%= line.place %></p>
<pre><%= line.text %></pre>
<% if (line.link) { %><p><a href="<%= line.link %>">Add to <%= line.name %></a></p><% } %>
<p class="soft"><%= line.note %></p>
</details>
<% }) %>
<h2>What sign-in asks for</h2>
<% if (it.initialScopes.length === 0) { %><p>Nothing but your identity; a tool that needs more asks when it is used.</p><% } else { %>
<ul><% it.initialScopes.forEach((item) => { %><li><code><%= item.scope %></code><% if (item.description) { %>: <%= item.description %><% } %></li><% }) %></ul>
<p class="soft">A tool that needs more asks when it is used.</p><% } %>
<p class="soft">You sign in at <%= it.issuers.join(', ') %><% if (it.embedded) { %>, which is this host itself<% } %>.</p>`,
)

/** Renders the page at `/`. */
export function landingPage(facts: LandingFacts): string {
  const input = { url: facts.url, name: facts.name, scopes: facts.initialScopes.map(({ scope }) => scope) }
  const lines = clientLines.map((line) => ({
    name: line.name,
    place: line.place,
    text: line.render(input),
    link: line.link?.(input),
    note: line.note,
  }))
  return page(facts.title, { ...facts, lines })
}
