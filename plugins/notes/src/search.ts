import { defineTool } from '@toolgate/plugin'
import { notePageSchema, pagingProperties } from './note.ts'
import type { NoteStore } from './note-store.ts'

/** `notes_search`: the caller's notes that hold every word of a query, newest first, in pages. */
export const searchNotes = (store: NoteStore) =>
  defineTool({
    name: 'notes_search',
    title: 'Search notes',
    description:
      'Finds your notes whose title or body holds every given word, or a word that begins with it. Newest first. Private notes are left out.',
    scopes: ['notes:read'],
    annotations: { readOnlyHint: true, openWorldHint: false },
    inputSchema: {
      type: 'object',
      properties: {
        query: { type: 'string', description: 'Words, at most 16', minLength: 1, maxLength: 200 },
        ...pagingProperties,
      },
      required: ['query'],
      additionalProperties: false,
    },
    outputSchema: notePageSchema,
    handler({ query, limit, cursor }, { principal, signal }) {
      signal.throwIfAborted()
      return store.search(principal, query, { limit, cursor })
    },
  })
