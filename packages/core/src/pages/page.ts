import { Eta } from 'eta'

const eta = new Eta({ autoEscape: true, autoTrim: false })

// The look of the sign-in and consent pages: one host, one face.
const frame = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title><%= it.title %></title>
<style>
:root {
  color-scheme: light dark;
  --page: #f4f5f7; --card: #ffffff; --well: #f4f5f7; --line: #d9dde3; --field: #7a828e;
  --text: #16191d; --quiet: #555d68; --accent: #0f6657; --tint: #edf5f3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101316; --card: #191d21; --well: #101316; --line: #30363d; --field: #7d8793;
    --text: #eceff2; --quiet: #a7b0ba; --accent: #63cdb6; --tint: #1b2826;
  }
}
* { box-sizing: border-box }
body {
  margin: 0; min-height: 100vh; padding: 2rem 1rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
}
main, .brand { max-width: 46rem; margin: 0 auto }
.brand { display: flex; align-items: center; gap: .625rem; margin-bottom: 1rem; color: var(--quiet); font-weight: 600; overflow-wrap: anywhere }
.brand svg { flex: none; width: 1.5rem; height: 1.5rem; color: var(--accent) }
main { background: var(--card); border: 1px solid var(--line); border-radius: 1rem; padding: 2rem }
@media (min-width: 40rem) { body { padding-top: 7vh } }
@media (max-width: 30rem) { body { padding: 1rem .75rem } main { padding: 1.5rem 1.25rem } }
h1 { font-size: 1.5rem; line-height: 1.25; letter-spacing: -.01em; margin: 0 0 .5rem; text-wrap: balance; overflow-wrap: anywhere }
h2 { font-size: 1rem; font-weight: 600; margin: 2rem 0 .625rem }
p { margin: 0 0 .75rem; overflow-wrap: anywhere }
main > :last-child { margin-bottom: 0 }
a { color: var(--accent); text-underline-offset: .2em }
.quiet { color: var(--quiet) }
.small { font-size: .875rem }
.go { display: inline-block; min-height: 2.75rem; padding: .625rem 0; font-weight: 600 }
code, pre { font-family: ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace; font-size: .875rem }
pre { margin: 0 0 .75rem; padding: .75rem 1rem; background: var(--well); border: 1px solid var(--line); border-radius: .625rem; white-space: pre-wrap; overflow-wrap: anywhere }
.url { font-size: 1.0625rem; font-weight: 600 }
.clients { border: 1px solid var(--line); border-radius: .75rem; overflow: hidden }
details + details { border-top: 1px solid var(--line) }
summary { cursor: pointer; padding: .75rem 1rem; font-weight: 600 }
summary span { margin-left: .375rem; color: var(--quiet); font-size: .875rem; font-weight: 400 }
@media (max-width: 40rem) { summary span { display: block; margin-left: 1.0625rem } }
summary:hover { background: var(--tint) }
.how { padding: .25rem 1rem .25rem }
.scopes { margin: 0 0 .75rem; padding: 0; list-style: none; border: 1px solid var(--line); border-radius: .75rem }
.scopes li { padding: .75rem 1rem }
.scopes li + li { border-top: 1px solid var(--line) }
.scopes code { display: block; color: var(--quiet) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
summary:focus-visible { outline-offset: -3px; border-radius: .75rem }
</style>
</head>
<body>
<p class="brand"><svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true"><path d="M4 21V9a8 8 0 0 1 16 0v12M9 21v-9m6 9v-9M2.5 21h19"/></svg><span><%= it.title %></span></p>
<main>
<%~ it.body %>
</main>
</body>
</html>
`

/** Compiles a page: `body` is an Eta template whose values are escaped. */
export function definePage(body: string): (title: string, data: object) => string {
  return (title, data) => eta.renderString(frame, { title, body: eta.renderString(body, data) })
}
