/** The client as the pages show it. All of it is what the client says of itself. */
export interface ClientView {
  /** Where the answer goes: the one thing that is not just a claim. */
  readonly redirectHost: string
  /** The same in pieces, between which a long one may break. */
  readonly redirectHostParts: readonly string[]
  readonly name: string
  /** The host that its client id metadata document was fetched from. */
  readonly documentHost: string | undefined
  /** Whether every redirect leads to this device, where any program can take the name. */
  readonly isOnDevice: boolean
}

/** The part of a template that shows `it.client`: the redirect's host larger than the name, the name marked. */
export const clientCard = `
<section class="app" aria-label="The app that asks">
<p class="quiet small">You will be sent to</p>
<p class="host"><% it.client.redirectHostParts.forEach((part, index) => { %><%~ index > 0 ? '<wbr>' : '' %><%= part %><% }) %></p>
<p class="name"><span class="quiet">The app calls itself</span> <%= it.client.name %> <span class="tag">unverified</span>
<% if (it.client.documentHost !== undefined) { %><br><span class="quiet">It is described at <%= it.client.documentHost %></span><% } %></p>
</section>
<% if (it.client.isOnDevice) { %>
<p class="note"><strong>This app runs on your device.</strong> Any program there can use this name. Go on only if you just started it yourself.</p>
<% } %>
`
