import { definePage } from './page.ts'

/** What the page of a failure shows. */
export interface FaultView {
  readonly message: string
  /** The code for whoever looks into it. */
  readonly code: string | undefined
  readonly detail: string | undefined
}

/** The page for a sign-in that cannot go on. */
export const faultPage = definePage<FaultView>(`
<h1><%= it.title %></h1>
<p><%= it.message %></p>
<% if (it.code !== undefined) { %><p class="quiet small"><code><%= it.code %></code><% if (it.detail !== undefined) { %><br><%= it.detail %><% } %></p><% } %>
`)
