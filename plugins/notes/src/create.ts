import { defineTool, ToolError } from '@toolgate/plugin'
import { noteSchema } from './note.ts'
import type { NoteStore } from './note-store.ts'

/** `notes_create`: keeps a new note of the caller. */
export const createNote = (store: NoteStore) =>
  defineTool({
    name: 'notes_create',
    title: 'Create a note',
    description: 'Keeps a new note. Only you can find it again.',
    scopes: ['notes:write'],
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
    inputSchema: {
      type: 'object',
      properties: {
        title: { type: 'string', minLength: 1, maxLength: 200 },
        body: { type: 'string', maxLength: 10_000, default: '' },
      },
      required: ['title'],
      additionalProperties: false,
    },
    outputSchema: noteSchema,
    handler({ title, body }, { principal, signal }) {
      signal.throwIfAborted()
      if (title.trim() === '') throw new ToolError('The title is empty.')
      if (`${title}${body}`.includes('\0')) throw new ToolError('A note cannot hold the character U+0000.')
      return store.create(principal, { title, body })
    },
  })
