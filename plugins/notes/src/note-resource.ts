import { defineResourceTemplate, type Principal } from '@toolgate/plugin'
import type { Note } from './note.ts'
import type { NoteStore } from './note-store.ts'

/** Notes that `resources/list` shows of one caller, the newest ones. */
const mostListed = 500
/** Ids that one completion gives. */
const mostCompleted = 100

/** The URI of a note. */
export const noteUri = ({ id }: Pick<Note, 'id'>): string => `notes://note/${encodeURIComponent(id)}`

/** Tells the owner of a note, and nobody else, that it is another now, or none. */
export type NoteChanged = (note: Pick<Note, 'id'>, owner: Principal) => void

/** A note as a text: its title, and what it says. */
export const noteText = ({ title, body }: Note): string => (body === '' ? title : `${title}\n\n${body}`)

/** `notes://note/{id}`: a note of the caller to read, as `notes_read` reads it. Another's note is one that does not exist. */
export const noteResource = (store: NoteStore) =>
  defineResourceTemplate({
    uriTemplate: 'notes://note/{id}',
    name: 'note',
    title: 'A note',
    description: 'One of your notes. A private note needs notes:private too.',
    mimeType: 'text/plain',
    scopes: ['notes:read'],
    mayRequire: ['notes:private'],
    complete: {
      id: (value, { principal }) => store.titles(principal, value, mostCompleted).map(({ id }) => id),
    },
    authorize({ id }, { principal, requireScopes }) {
      if (store.isPrivate(principal, id)) requireScopes('notes:private')
    },
    list: ({ principal }) =>
      store.titles(principal, '', mostListed).map((note) => ({
        uri: noteUri(note),
        name: note.title,
        mimeType: 'text/plain',
        annotations: { lastModified: note.createdAt },
      })),
    read({ id }, { principal, signal }) {
      signal.throwIfAborted()
      const note = store.read(principal, id)
      return note && noteText(note)
    },
  })
