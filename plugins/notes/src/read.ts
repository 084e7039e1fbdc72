import { defineTool, ToolError } from '@toolgate/plugin'
import { noteSchema } from './note.ts'
import type { NoteStore } from './note-store.ts'

/** `notes_read`: one note of the caller, whole. Only the store knows whether it is private. */
export const readNote = (store: NoteStore) =>
  defineTool({
    name: 'notes_read',
    title: 'Read a note',
    description: 'Reads one of your notes. A private note needs notes:private too.',
    scopes: ['notes:read'],
    mayRequire: ['notes:private'],
    annotations: { readOnlyHint: true, openWorldHint: false },
    inputSchema: {
      type: 'object',
      properties: { id: { type: 'string', description: '`id` of a note', minLength: 1, maxLength: 64 } },
      required: ['id'],
      additionalProperties: false,
    },
    outputSchema: noteSchema,
    authorize({ id }, { principal, requireScopes }) {
      if (store.isPrivate(principal, id)) requireScopes('notes:private')
    },
    handler({ id }, { principal, signal }) {
      signal.throwIfAborted()
      const note = store.read(principal, id)
      if (note === undefined) throw new ToolError('You have no note with this id. notes_list shows the ids.')
      return note
    },
  })
