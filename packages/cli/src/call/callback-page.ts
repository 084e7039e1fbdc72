// The look of the host's own pages: the last one of a sign-in is no stranger.
const style = `
:root { color-scheme: light dark; --page: #f4f5f7; --card: #ffffff; --line: #d9dde3; --text: #16191d; --quiet: #555d68; --accent: #0f6657 }
@media (prefers-color-scheme: dark) {
  :root { --page: #101316; --card: #191d21; --line: #30363d; --text: #eceff2; --quiet: #a7b0ba; --accent: #63cdb6 }
}
* { box-sizing: border-box }
body { margin: 0; padding: 2rem 1rem; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif }
main, .brand { max-width: 30rem; margin: 0 auto }
.brand { display: flex; align-items: center; gap: .625rem; margin-bottom: 1rem; color: var(--quiet); font-weight: 600 }
.brand svg { width: 1.5rem; height: 1.5rem; color: var(--accent) }
main { padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 1rem }
@media (min-width: 40rem) { body { padding-top: 7vh } }
@media (max-width: 30rem) { body { padding: 1rem .75rem } main { padding: 1.5rem 1.25rem } }
h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.01em }
p { margin: 0 }
`

/**
 * The page that ends a sign-in of the command line in the browser. Nothing of the request stands in it.
 *
 * @param title plain words, as `text`: neither is escaped
 */
export function callbackPage(title: string, text: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<p class="brand"><svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true"><path d="M4 21V9a8 8 0 0 1 16 0v12M9 21v-9m6 9v-9M2.5 21h19"/></svg>Toolgate</p>
<main>
<h1>${title}</h1>
<p>${text}</p>
</main>
</body>
</html>
`
}
