import { defineTool } from '@toolgate/plugin'
import { notePageSchema, pagingProperties } from './note.ts'
import type { NoteStore } from './note-store.ts'

/** `notes_list`: the caller's notes, newest first, in pages. */
export const listNotes = (store: NoteStore) =>
  defineTool({
    name: 'notes_list',
    title: 'List notes',
    description: 'Lists your notes, newest first; private ones without their bodies.',
    scopes: ['notes:read'],
    annotations: { readOnlyHint: true, openWorldHint: false },
    inputSchema: { type: 'object', properties: pagingProperties, additionalProperties: false },
    outputSchema: notePageSchema,
    handler({ limit, cursor }, { principal, signal }) {
      signal.throwIfAborted()
      return store.list(principal, { limit, cursor })
    },
  })
