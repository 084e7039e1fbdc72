import { Eta } from 'eta'

const eta = new Eta({ autoEscape: true, autoTrim: false })

const frame = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title><%= it.title %></title>
<style>
:root { color-scheme: light dark; --ink: #1c2330; --soft: #566074; --paper: #ffffff; --well: #f3f5f9; --line: #d9dee8; --accent: #1f5fbf }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf2; --soft: #a3adbf; --paper: #12161d; --well: #1b212b; --line: #2e3746; --accent: #7db0ff } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif }
main { max-width: 46rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .5rem }
h2 { font-size: 1.1rem; margin: 2.25rem 0 .5rem }
p { margin: .5rem 0 }
a { color: var(--accent) }
.soft { color: var(--soft) }
pre { background: var(--well); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; overflow-x: auto; font: 14px/1.5 ui-monospace, monospace; margin: .5rem 0; white-space: pre-wrap; overflow-wrap: anywhere }
details { border: 1px solid var(--line); border-radius: .5rem; padding: .25rem 1rem; margin: .5rem 0 }
summary { cursor: pointer; padding: .5rem 0; font-weight: 600 }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
ul { padding-left: 1.2rem }
</style>
</head>
<body><main>
<%~ it.body %>
</main></body>
</html>
`

/** Compiles a page: `body` is an Eta template whose values are escaped. */
export function definePage(body: string): (title: string, data: object) => string {
  return (title, data) => eta.renderString(frame, { title, body: eta.renderString(body, data) })
}
