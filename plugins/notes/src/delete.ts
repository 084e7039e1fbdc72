import { defineTool, ToolError } from '@toolgate/plugin'
import type { NoteStore } from './note-store.ts'

/** `notes_delete`: deletes one note of the caller. Another's note is answered as one that does not exist. */
export const deleteNote = (store: NoteStore) =>
  defineTool({
    name: 'notes_delete',
    title: 'Delete a note',
    description: 'Deletes one of your notes for good.',
    scopes: ['notes:write'],
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
    inputSchema: {
      type: 'object',
      properties: { id: { type: 'string', description: '`id` of a note', minLength: 1, maxLength: 64 } },
      required: ['id'],
      additionalProperties: false,
    },
    outputSchema: {
      type: 'object',
      properties: { id: { type: 'string' }, deleted: { const: true } },
      required: ['id', 'deleted'],
      additionalProperties: false,
    },
    handler({ id }, { principal, signal }) {
      signal.throwIfAborted()
      if (!store.delete(principal, id)) throw new ToolError('You have no note with this id. notes_list shows the ids.')
      return { id, deleted: true }
    },
  })
