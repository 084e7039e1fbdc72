import { definePlugin } from '@toolgate/plugin'
import { createNote } from './create.ts'
import { deleteNote } from './delete.ts'
import { listNotes } from './list.ts'
import { noteResource, noteUri, type NoteChanged } from './note-resource.ts'
import { openNoteStore } from './note-store.ts'
import { readNote } from './read.ts'
import { resolveDataFile } from './resolve-data-file.ts'
import { searchNotes } from './search.ts'
import { summarizeNotes } from './summarize.ts'

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
  setup({ settings, dataFolder, resourceUpdated }) {
    const store = openNoteStore(resolveDataFile(dataFolder, settings.file), { notesPerOwner: settings.notesPerOwner })
    const changed: NoteChanged = (note, owner) => resourceUpdated(noteUri(note), owner)
    return {
      tools: [
        createNote(store, changed),
        deleteNote(store, changed),
        listNotes(store),
        readNote(store),
        searchNotes(store),
      ],
      resourceTemplates: [noteResource(store)],
      prompts: [summarizeNotes(store)],
      close: () => store.close(),
    }
  },
})
