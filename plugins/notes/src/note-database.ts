import { DatabaseSync } from 'node:sqlite'

const schemaVersion = 2

// The owner stands in the index too, so that a search costs nothing for what others keep.
const schema = `
  CREATE TABLE owners (
    id INTEGER PRIMARY KEY,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    UNIQUE (issuer, subject)
  ) STRICT;
  CREATE TABLE notes (
    row INTEGER PRIMARY KEY,
    owner INTEGER NOT NULL REFERENCES owners (id),
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    private INTEGER NOT NULL DEFAULT 0,
    UNIQUE (owner, created_at)
  ) STRICT;
  CREATE VIRTUAL TABLE notes_text USING fts5 (
    owner, title, body,
    content = 'notes', content_rowid = 'row', tokenize = 'unicode61 remove_diacritics 2'
  );
  CREATE TRIGGER notes_inserted AFTER INSERT ON notes BEGIN
    INSERT INTO notes_text (rowid, owner, title, body) VALUES (new.row, new.owner, new.title, new.body);
  END;
  CREATE TRIGGER notes_deleted AFTER DELETE ON notes BEGIN
    INSERT INTO notes_text (notes_text, rowid, owner, title, body)
    VALUES ('delete', old.row, old.owner, old.title, old.body);
  END;
  PRAGMA user_version = ${schemaVersion};
`

// Version 1 had no private notes.
const fromVersion1 = `
  ALTER TABLE notes ADD COLUMN private INTEGER NOT NULL DEFAULT 0;
  PRAGMA user_version = ${schemaVersion};
`

/** Runs a function in one transaction that takes the write lock at its start. */
export function inTransaction<Result>(db: DatabaseSync, run: () => Result): Result {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = run()
    db.exec('COMMIT')
    return result
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

/**
 * Opens the notes database in WAL mode, makes its tables if it is new and brings an older one up to date.
 *
 * @throws Error if the file is no database, or one of a newer version of this plugin
 */
export function openNoteDatabase(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 5_000, enableForeignKeyConstraints: true })
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    inTransaction(db, () => {
      const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version'])
      if (version > schemaVersion) throw new Error(`${file} was made by a newer version of the notes plugin`)
      if (version === 0) db.exec(schema)
      if (version === 1) db.exec(fromVersion1)
    })
    return db
  } catch (error) {
    db.close()
    throw error
  }
}
