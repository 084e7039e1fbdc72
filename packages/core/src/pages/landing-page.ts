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
  `<h1>Connect to <%= it.title %></h1>
<p>This is an MCP tool host: programs such as Claude, VS Code or Cursor connect to it and use its tools with what your sign-in allows. It is not a web site, so there is nothing more to see in a browser.</p>
<h2>MCP URL</h2>
<pre class="url"><%= it.url %></pre>
<h2>Connect a client</h2>
<div class="clients">
<% it.lines.forEach((line) => { %>
<details><summary><%= line.name %> <span><%= line.place %></span></summary>
<div class="how">
<% if (line.outOfReach) { %><p><strong>This client calls from the internet</strong>, where nobody reaches the address above. It needs an https address of this host.</p><% } %>
<pre><%= line.text %></pre>
<% if (line.link) { %><p><a class="go" href="<%= line.link %>">Add to <%= line.name %></a></p><% } %>
<p class="quiet small"><%= line.note %></p>
</div></details>
<% }) %>
</div>
<h2>What sign-in asks for</h2>
<% if (it.initialScopes.length === 0) { %><p>Nothing but your identity; a tool that needs more asks when it is used.</p><% } else { %>
<ul class="scopes" role="list"><% it.initialScopes.forEach((item) => { %><li><%= item.description || '' %> <code><%= item.scope %></code></li><% }) %></ul>
<p class="quiet small">A tool that needs more asks when it is used.</p><% } %>
<p class="quiet small">You sign in at <%= it.issuers.join(', ') %><% if (it.embedded) { %>, which is this host itself<% } %>.</p>`,
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
    outOfReach: line.calledFrom === 'internet' && !facts.url.startsWith('https:'),
  }))
  return page(facts.title, { ...facts, lines })
}
