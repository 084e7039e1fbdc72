import { defineTool, ToolError } from '@toolgate/plugin'
import { noteSchema } from './note.ts'
import type { NoteChanged } from './note-resource.ts'
import type { NoteStore } from './note-store.ts'

/** `notes_create`: keeps a new note of the caller. */
export const createNote = (store: NoteStore, changed: NoteChanged) =>
  defineTool({
    name: 'notes_create',
    title: 'Create a note',
    description:
      'Keeps a new note. Only you can find it again. A private one is listed without its body and needs notes:private to be read or deleted.',
    scopes: ['notes:write'],
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
    inputSchema: {
      type: 'object',
      properties: {
        title: { type: 'string', minLength: 1, maxLength: 200 },
        body: { type: 'string', maxLength: 10_000, default: '' },
        private: { type: 'boolean', description: 'For good: it cannot be changed later', default: false },
      },
      required: ['title'],
      additionalProperties: false,
    },
    outputSchema: noteSchema,
    handler({ title, body, private: isPrivate }, { principal, signal }) {
      signal.throwIfAborted()
      if (title.trim() === '') throw new ToolError('The title is empty.')
      if (`${title}${body}`.includes('\0')) throw new ToolError('A note cannot hold the character U+0000.')
      const note = store.create(principal, { title, body, private: isPrivate })
      changed(note, principal)
      return note
    },
  })
