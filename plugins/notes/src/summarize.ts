import { definePrompt, ToolError } from '@toolgate/plugin'
import { noteText, noteUri } from './note-resource.ts'
import type { NoteStore } from './note-store.ts'

/** Notes that one prompt carries. */
const mostNotes = 10
const longestQuery = 200

/** `notes_summarize`: asks for a summary of the caller's notes about something, with the notes. Private ones are left out, as in a search. */
export const summarizeNotes = (store: NoteStore) =>
  definePrompt({
    name: 'notes_summarize',
    title: 'Summarize notes',
    description: 'Asks for a summary of what your notes say about something. Private notes are left out.',
    scopes: ['notes:read'],
    arguments: { query: { description: 'Words that the notes hold', required: true } },
    get({ query }, { principal, signal }) {
      signal.throwIfAborted()
      if (query.length > longestQuery) throw new ToolError(`Give at most ${longestQuery} characters to search for.`)
      const { notes } = store.search(principal, query, { limit: mostNotes })
      if (notes.length === 0) throw new ToolError('None of your notes holds these words. notes_list shows them all.')
      const attached = notes.map((note) => ({ uri: noteUri(note), mimeType: 'text/plain', text: noteText(note) }))
      const text = `Summarize what these notes of mine say about "${query}". Name the note that a statement is from by its title.`
      return [
        { role: 'user', content: { type: 'text', text } },
        ...attached.map((resource) => ({ role: 'user' as const, content: { type: 'resource' as const, resource } })),
      ]
    },
  })
