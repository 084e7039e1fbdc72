import { definePage } from './page.ts'

/** What the sign-in page shows. */
export interface SignInView {
  /** The path of the interaction, without a slash at the end. */
  readonly path: string
  readonly csrf: string
  /** Where the app that asks is answered. */
  readonly redirectHost: string
  readonly user: string
  readonly fault: string | undefined
}

/** The sign-in page: a name, a password, and where the user comes from. */
export const signInPage = definePage<SignInView>(`
<h1>Sign in</h1>
<p class="quiet">An app at <strong><%= it.redirectHost %></strong> asks for access to <%= it.hostName %>. You will see what it wants before you allow anything.</p>
<% if (it.fault !== undefined) { %><p class="note bad" role="alert" id="fault"><%= it.fault %></p><% } %>
<form method="post" action="<%= it.path %>/sign-in">
<input type="hidden" name="csrf" value="<%= it.csrf %>">
<div class="field"><label for="user">User name</label>
<input id="user" name="user" value="<%= it.user %>" autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false" maxlength="64" required<%~ it.fault === undefined ? '' : ' aria-describedby="fault"' %><%~ it.user === '' ? ' autofocus' : '' %>></div>
<div class="field"><label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="256" required<%~ it.fault === undefined ? '' : ' aria-describedby="fault"' %><%~ it.user === '' ? '' : ' autofocus' %>></div>
<div class="actions"><button class="primary">Sign in</button><button formaction="<%= it.path %>/cancel" formnovalidate>Cancel</button></div>
</form>
`)
