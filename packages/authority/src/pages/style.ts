import { createHash } from 'node:crypto'

/** The style sheet of all pages. System fonts, one accent colour, light and dark; contrast at least 4.5 (WCAG 2.2 AA). */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f4f5f7; --card: #ffffff; --line: #d9dde3; --field: #7a828e;
  --text: #16191d; --quiet: #555d68; --accent: #0f6657; --on-accent: #ffffff; --accent-deep: #0a4d42;
  --tint: #edf5f3; --warn: #6b4300; --warn-tint: #fff5dd; --warn-line: #e3bd6a; --bad: #a11d1d; --bad-tint: #fdeeee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101316; --card: #191d21; --line: #30363d; --field: #7d8793;
    --text: #eceff2; --quiet: #a7b0ba; --accent: #63cdb6; --on-accent: #06231d; --accent-deep: #8adfcd;
    --tint: #1b2826; --warn: #f3cf85; --warn-tint: #2b2414; --warn-line: #6d5724; --bad: #ffa8a3; --bad-tint: #331b1b;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; padding: 2rem 1rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
  display: flex; flex-direction: column; align-items: center;
}
main, .brand { width: 100%; max-width: 30rem; }
.brand { display: flex; align-items: center; gap: .625rem; margin: 0 0 1rem; color: var(--quiet); font-weight: 600; }
.brand span { overflow-wrap: anywhere; min-width: 0; }
.brand svg { flex: none; width: 1.5rem; height: 1.5rem; color: var(--accent); }
main { background: var(--card); border: 1px solid var(--line); border-radius: 1rem; padding: 2rem; }
@media (min-width: 40rem) { body { padding-top: 7vh; } }
@media (max-width: 30rem) { body { padding: 1rem .75rem; } main { padding: 1.5rem 1.25rem; } }
h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.01em; text-wrap: balance; overflow-wrap: anywhere; }
h2, legend { margin: 0; padding: 0; font-size: 1rem; font-weight: 600; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
main > :last-child, main > :last-child > :last-child { margin-bottom: 0; }
.quiet { color: var(--quiet); }
.small { font-size: .875rem; }
.app { margin: 1.25rem 0; padding: 1rem 1.125rem; border: 1px solid var(--line); border-radius: .75rem; }
.app p { margin: 0; }
.app .host { font-size: 1.375rem; font-size: clamp(1.125rem, 5.2vw, 1.375rem); font-weight: 650; line-height: 1.3; letter-spacing: -.01em; }
.app .name { margin-top: .625rem; padding-top: .625rem; border-top: 1px solid var(--line); font-size: .9375rem; }
.tag {
  display: inline-block; padding: 0 .5rem; border: 1px solid var(--field); border-radius: 1rem;
  color: var(--quiet); font-size: .8125rem; white-space: nowrap;
}
.note { margin: 1.25rem 0; padding: .75rem 1rem; border-radius: .75rem; border: 1px solid var(--warn-line); background: var(--warn-tint); color: var(--warn); }
.note.bad { border-color: var(--bad); background: var(--bad-tint); color: var(--bad); }
.note strong { display: block; }
.field { margin: 0 0 1rem; }
.field label { display: block; margin-bottom: .375rem; font-weight: 600; }
.field input {
  width: 100%; min-height: 2.875rem; padding: .5rem .75rem; border: 1px solid var(--field); border-radius: .625rem;
  background: var(--card); color: var(--text); font: inherit;
}
fieldset { margin: 1.5rem 0; padding: 0; border: 0; min-width: 0; }
.scopes { margin: .625rem 0 0; padding: 0; list-style: none; border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; }
.scopes li + li { border-top: 1px solid var(--line); }
.scopes label, .scopes .row { display: flex; gap: .875rem; padding: .875rem 1rem; min-height: 2.75rem; }
.scopes label { cursor: pointer; }
.scopes label:hover { background: var(--tint); }
.scopes input { flex: none; width: 1.25rem; height: 1.25rem; margin: .125rem 0 0; accent-color: var(--accent); }
.scopes .what { display: block; font-weight: 500; overflow-wrap: anywhere; }
.scopes .more { display: block; color: var(--quiet); font-size: .875rem; overflow-wrap: anywhere; }
code { font: .875em/1.4 ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.5rem 0 0; }
.actions button { flex: 1 1 9rem; }
button {
  min-height: 2.875rem; padding: .5rem 1.25rem; border: 1px solid var(--field); border-radius: .625rem;
  background: transparent; color: var(--text); font: inherit; font-weight: 600; cursor: pointer;
}
button:hover { border-color: var(--text); }
button.primary { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
button.primary:hover { border-color: var(--accent-deep); background: var(--accent-deep); }
button.link { min-height: 2.75rem; padding: 0; border: 0; color: var(--accent); text-decoration: underline; text-underline-offset: .2em; }
button.link:hover { color: var(--accent-deep); }
.who { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0 1rem; margin-top: 1.25rem; padding-top: .75rem; border-top: 1px solid var(--line); }
.who p { margin: 0; min-width: 0; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.scopes label:focus-within { outline: 3px solid var(--accent); outline-offset: -3px; border-radius: .75rem; }
.scopes input:focus-visible { outline: none; }
@media (forced-colors: active) { button.primary { border-width: 2px; } }
`

/** The source expression that allows this style sheet, and no other (CSP 3 section 2.3.1). */
export const styleSource = `'sha256-${createHash('sha256').update(style).digest('base64')}'`
