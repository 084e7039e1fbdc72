import { definePlugin, definePrompt, defineResource, defineResourceTemplate, ToolError } from '@toolgate/plugin'
import { setTimeout as wait } from 'node:timers/promises'

/** Books by id. */
const books: Readonly<Record<string, string>> = { emma: 'A novel.', ulysses: 'Another.', restricted: 'Hush.' }

const motto = defineResource({
  uri: 'shelf://motto',
  name: 'motto',
  description: 'What stands above the door.',
  mimeType: 'text/plain',
  size: 11,
  annotations: { audience: ['user'], priority: 0.5 },
  scopes: 'authenticated',
  read: () => 'Sapere aude',
})

const logo = defineResource({
  uri: 'shelf://logo',
  name: 'logo',
  mimeType: 'image/png',
  scopes: ['shelf:read'],
  read: () => new Uint8Array([137, 80, 78, 71]),
})

const ledger = defineResource({
  uri: 'shelf://ledger',
  name: 'ledger',
  scopes: { anyOf: [['shelf:write', 'shelf:read'], ['shelf:admin']] },
  read: ({ principal }) => `Kept by ${principal.subject}`,
})

const hidden = defineResource({ uri: 'shelf://hidden', name: 'hidden', scopes: ['shelf:secret'], read: () => 'Boo' })

const emma = defineResource({ uri: 'shelf://books/fixed', name: 'fixed', scopes: 'authenticated', read: () => 'fixed' })

/** What a reader may do wrong, by id. */
const failures: Readonly<Record<string, (signal: AbortSignal) => unknown>> = {
  broken: () => {
    throw new Error('the cellar at /srv/cellar is flooded')
  },
  torn: () => {
    throw new ToolError('This book is torn. Ask for another one.')
  },
  big: () => 'x'.repeat(2_000_000),
  slow: (signal) => wait(60_000, undefined, { signal }),
  odd: () => ({ contents: [{ text: 7 }] }),
  empty: () => ({ contents: [] }),
  number: () => 7,
}

const book = defineResourceTemplate({
  uriTemplate: 'shelf://books/{id}',
  name: 'book',
  title: 'A book',
  mimeType: 'text/plain',
  scopes: ['shelf:read'],
  when: [
    { arguments: { properties: { id: { const: 'restricted' } }, required: ['id'] }, scopes: ['shelf:restricted'] },
  ],
  mayRequire: ['shelf:private'],
  timeoutMs: 300,
  complete: { id: (value) => Object.keys(books).filter((id) => id.startsWith(value)) },
  authorize({ id }, { requireScopes }) {
    if (id === 'private') requireScopes('shelf:private')
    if (id === 'refused') throw new ToolError('This book is lent out.')
  },
  list: () => Object.keys(books).map((id) => ({ uri: `shelf://books/${id}`, name: id })),
  read: ({ id }, { requireScopes, signal }) => {
    if (id === 'late') requireScopes('shelf:private')
    const fail = Object.hasOwn(failures, id) ? failures[id] : undefined
    if (fail !== undefined) return fail(signal) as string
    return id === 'private' ? 'Mine.' : books[id]
  },
})

/** Goes before `book` by its name. */
const atlas = defineResourceTemplate({
  uriTemplate: 'shelf://books/atlas-{page}',
  name: 'atlas',
  scopes: ['shelf:read'],
  read: ({ page }) => ({ contents: [{ text: `map ${page}` }, { uri: 'shelf://legend', text: 'legend' }] }),
})

const vault = defineResourceTemplate({
  uriTemplate: 'shelf://vault/{+path}{?version}',
  name: 'vault',
  scopes: ['shelf:secret'],
  complete: { path: () => ['gold'] },
  list: () => [{ uri: 'shelf://vault/gold', name: 'gold' }],
  read: ({ path, version = 'none' }) => `${path} ${version}`,
})

/** Lists what cannot be read by it, and one more whose list throws. */
const strays = [
  defineResourceTemplate({
    uriTemplate: 'shelf://stray/{id}',
    name: 'stray',
    scopes: ['shelf:stray'],
    list: () => [{ uri: 'shelf://elsewhere/1', name: 'elsewhere' }],
    read: () => 'stray',
  }),
  defineResourceTemplate({
    uriTemplate: 'shelf://lost/{id}',
    name: 'lost',
    scopes: ['shelf:stray'],
    list: () => {
      throw new Error('the cellar is flooded')
    },
    read: () => 'lost',
  }),
]

const summary = definePrompt({
  name: 'shelf_summary',
  description: 'Sums a book up.',
  scopes: ['shelf:read'],
  when: [
    { arguments: { properties: { book: { const: 'restricted' } }, required: ['book'] }, scopes: ['shelf:restricted'] },
  ],
  arguments: {
    book: {
      description: 'Id of the book.',
      required: true,
      complete: () => Array.from({ length: 150 }, (_, n) => `b${String(n)}`),
    },
    style: { description: 'How it is told.' },
  },
  get({ book: id, style = 'plain' }) {
    if (id === 'broken') throw new Error('the cellar is flooded')
    if (id === 'torn') throw new ToolError('This book is torn.')
    return {
      description: 'A summary',
      messages: [{ role: 'user', content: { type: 'text', text: `${id} in ${style}` } }],
    }
  },
})

const review = definePrompt({ name: 'shelf_review', scopes: ['shelf:write'], get: () => 'Review it.' })
const plot = definePrompt({ name: 'shelf_plot', scopes: ['shelf:secret'], get: () => 'Hide it.' })

/** Resources, templates and prompts of every kind that the tests of the wire ask for. */
export const shelfPlugin = definePlugin({
  name: 'shelf',
  resources: [motto, logo, ledger, hidden, emma],
  resourceTemplates: [book, atlas, vault, ...strays],
  prompts: [summary, review, plot],
})

/** What a configuration says of them. */
export const shelfConfig = {
  limits: { resultBytes: 1_000_000 },
  resources: { 'shelf://ledger': { visibility: 'listed' }, 'shelf://hidden': { visibility: 'concealed' } },
  resourceTemplates: { 'shelf://vault/{+path}{?version}': { visibility: 'concealed' } },
  prompts: { shelf_review: { visibility: 'listed' }, shelf_plot: { visibility: 'concealed' } },
}
