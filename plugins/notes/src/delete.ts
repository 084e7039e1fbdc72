import { defineTool, ToolError, type ToolContext } from '@toolgate/plugin'
import type { Note } from './note.ts'
import type { NoteChanged } from './note-resource.ts'
import type { NoteStore } from './note-store.ts'

/** `notes_delete`: deletes one note of the caller. Another's note is answered as one that does not exist; who can be asked confirms it. */
export const deleteNote = (store: NoteStore, changed: NoteChanged) =>
  defineTool({
    name: 'notes_delete',
    title: 'Delete a note',
    description: 'Deletes one of your notes for good. A private note needs notes:private too.',
    scopes: ['notes:write'],
    mayRequire: ['notes:private'],
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
    authorize({ id }, { principal, requireScopes }) {
      if (store.isPrivate(principal, id)) requireScopes('notes:private')
    },
    async handler({ id }, { principal, signal, canAsk, elicit }) {
      signal.throwIfAborted()
      const note = store.read(principal, id)
      if (note === undefined) throw unknownNote()
      if (canAsk.elicit) await requireConfirmation(note, elicit)
      // Somebody may have been faster while the person was asked.
      if (!store.delete(principal, id)) throw unknownNote()
      changed({ id }, principal)
      return { id, deleted: true }
    },
  })

/** The person sees which note it is; a yes deletes once, however often it is sent. */
async function requireConfirmation({ title }: Note, elicit: ToolContext['elicit']): Promise<void> {
  const answer = await elicit({
    key: 'confirm',
    message: `Delete the note ${JSON.stringify(title)} for good?`,
    schema: {
      type: 'object',
      properties: { delete: { type: 'boolean', title: 'Delete it', default: false } },
      required: ['delete'],
    },
    once: true,
  })
  if (answer.action !== 'accept' || !answer.content.delete) {
    throw new ToolError('Nothing was deleted: the person in front of the client did not confirm it.')
  }
}

function unknownNote(): ToolError {
  return new ToolError('You have no note with this id. notes_list shows the ids.')
}
