import { Eta } from 'eta'

import { style } from './style.ts'

const eta = new Eta({ autoEscape: true, cache: false })

const layout = eta.compile(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title><%= it.title %> · <%= it.hostName %></title>
<style><%~ it.style %></style>
</head>
<body>
<p class="brand"><svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true"><path d="M4 21V9a8 8 0 0 1 16 0v12M9 21v-9m6 9v-9M2.5 21h19"/></svg><span><%= it.hostName %></span></p>
<main>
<%~ it.body %>
</main>
</body>
</html>
`)

/** A page of the authority: from its data to a whole HTML document, every value escaped. */
export type Page<Data extends object> = (data: Data & { readonly title: string; readonly hostName: string }) => string

/** Compiles a template once. Only values that the template marks as raw are not escaped, and none of a client's is. */
export function definePage<Data extends object>(template: string): Page<Data> {
  const content = eta.compile(template)
  return (data) => {
    const { title, hostName } = data
    return eta.render(layout, { title, hostName, style, body: eta.render(content, data) })
  }
}
