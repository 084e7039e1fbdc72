import { definePlugin } from '@toolgate/plugin'
import { createNote } from './create.ts'
import { deleteNote } from './delete.ts'
import { listNotes } from './list.ts'
import { openNoteStore } from './note-store.ts'
import { resolveDataFile } from './resolve-data-file.ts'
import { searchNotes } from './search.ts'

export default definePlugin({
  name: 'notes',
  description: 'Notes with full-text search. Each caller has their own.',
  settings: {
    type: 'object',
    properties: {
      file: {
        type: 'string',
        description: "The database, inside the plugin's own data folder",
        minLength: 1,
        default: './notes.db',
      },
      notesPerOwner: {
        type: 'integer',
        description: 'How many notes one caller may keep',
        minimum: 1,
        maximum: 1_000_000,
        default: 10_000,
      },
    },
    additionalProperties: false,
  },
  setup({ settings, dataFolder }) {
    const store = openNoteStore(resolveDataFile(dataFolder, settings.file), { notesPerOwner: settings.notesPerOwner })
    return {
      tools: [createNote(store), deleteNote(store), listNotes(store), searchNotes(store)],
      close: () => store.close(),
    }
  },
})
