import { clientCard } from './client-card.ts'
import type { ClientView } from './client-card.ts'
import { definePage } from './page.ts'

/** One scope as the consent page shows it. */
export interface ScopeView {
  readonly scope: string
  readonly description?: string | undefined
  readonly tools: readonly string[]
}

/** What the consent page shows. */
export interface ConsentView {
  /** The path of the interaction, without a slash at the end. */
  readonly path: string
  readonly csrf: string
  readonly client: ClientView
  readonly user: string
  /** What may be allowed, and whether it is ticked. */
  readonly offered: readonly (ScopeView & { readonly ticked: boolean })[]
  /** What was asked for and the account does not have. */
  readonly withheld: readonly ScopeView[]
  readonly fault: string | undefined
}

const scopeText = `<span class="what"><%= entry.description || entry.scope %></span>
<span class="more"><% if (entry.description) { %><code><%= entry.scope %></code><% } %><% if (entry.tools.length > 0) { %><%~ entry.description ? ' · ' : '' %>unlocks <% entry.tools.forEach((tool, index) => { %><%~ index > 0 ? ', ' : '' %><code><%= tool %></code><% }) %><% } %></span>`

/** The consent page: who asks, where the answer goes, and a checkbox per scope. */
export const consentPage = definePage<ConsentView>(`
<h1>Allow access to <%= it.hostName %>?</h1>
${clientCard}
<% if (it.fault !== undefined) { %><p class="note bad" role="alert" id="fault"><%= it.fault %></p><% } %>
<form method="post" action="<%= it.path %>/consent">
<input type="hidden" name="csrf" value="<%= it.csrf %>">
<% if (it.offered.length > 0) { %>
<fieldset<%~ it.fault === undefined ? '' : ' aria-describedby="fault"' %>><legend>Allow it to</legend>
<ul class="scopes" role="list"><% it.offered.forEach((entry) => { %>
<li><label><input type="checkbox" name="scope" value="<%= entry.scope %>"<%~ entry.ticked ? ' checked' : '' %>><span>${scopeText}</span></label></li><% }) %>
</ul></fieldset>
<% } else { %><p>It can see who you are, and use the tools that need no further permission.</p><% } %>
<% if (it.withheld.length > 0) { %>
<section aria-labelledby="withheld"><h2 id="withheld">Your account does not have this</h2>
<ul class="scopes" role="list"><% it.withheld.forEach((entry) => { %>
<li><span class="row quiet"><span>${scopeText}</span></span></li><% }) %>
</ul></section>
<% } %>
<div class="actions"><button class="primary">Allow</button><button formaction="<%= it.path %>/cancel" formnovalidate>Cancel</button></div>
</form>
<form class="who" method="post" action="<%= it.path %>/switch">
<input type="hidden" name="csrf" value="<%= it.csrf %>">
<p class="quiet small">Signed in as <strong><%= it.user %></strong></p><button class="link small">Use another account</button>
</form>
`)
