import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'

/** How far a task is, as it is kept. What it waits for is known to the process that runs it. */
export type KeptStatus = 'working' | 'completed' | 'failed' | 'cancelled'

/** One task as it is kept. Times are milliseconds since the epoch. */
export interface TaskRecord {
  readonly id: string
  /** Issuer, subject and client: nobody else learns that it is there. */
  readonly owner: string
  /** Issuer and subject: what is counted together. */
  readonly caller: string
  readonly tool: string
  /** JSON of the arguments as they were judged: they are judged again by whoever asks for the task. */
  readonly arguments: string
  /** JSON of the scopes that the author's look demanded. */
  readonly demanded: string
  /** The call that it came of. */
  readonly requestId: string
  readonly status: KeptStatus
  readonly message: string | undefined
  /** JSON of the result of the tool. */
  readonly result: string | undefined
  /** JSON of the protocol's error. */
  readonly error: string | undefined
  readonly createdAt: number
  readonly updatedAt: number
  readonly expiresAt: number
}

/** What is kept, and how much of it still runs. */
export interface Usage {
  readonly tasks: number
  readonly running: number
  readonly bytes: number
}

/** What a task came to. */
export type TaskEnd = Pick<TaskRecord, 'message' | 'result' | 'error'> & {
  readonly status: Exclude<KeptStatus, 'working'>
}

type Row = Readonly<Record<string, SQLOutputValue>>

/** Tasks that are removed at once, and bytes of them: it takes time, and nobody is served meanwhile. */
const mostRemoved = 64
const mostBytesRemoved = 4_194_304

const usageColumns = `count(*) AS tasks, coalesce(sum(status = 'working'), 0) AS running, coalesce(sum(bytes), 0) AS bytes`

/** The tasks of a host, on disk. */
export class TaskRecords {
  readonly #database: DatabaseSync
  readonly #statements
  constructor(database: DatabaseSync) {
    this.#database = database
    this.#statements = {
      insert: database.prepare(
        `INSERT INTO tasks (id, owner, caller, tool, arguments, demanded, request_id, status, created_at, updated_at, expires_at, bytes)
         VALUES (?, ?, ?, ?, ?, ?, ?, 'working', ?, ?, ?, ?)`,
      ),
      get: database.prepare('SELECT * FROM tasks WHERE id = ?'),
      settle: database.prepare(
        `UPDATE tasks SET status = ?, message = ?, result = ?, error = ?, updated_at = ?, bytes = bytes + ?
         WHERE id = ? AND status = 'working'`,
      ),
      working: database.prepare(`SELECT * FROM tasks WHERE status = 'working'`),
      expired: database.prepare(
        'SELECT id, bytes FROM tasks WHERE expires_at <= ? ORDER BY expires_at LIMIT ' + String(mostRemoved),
      ),
      remove: database.prepare('DELETE FROM tasks WHERE id = ?'),
      usageOf: database.prepare(`SELECT ${usageColumns} FROM tasks WHERE caller = ?`),
      usage: database.prepare(`SELECT ${usageColumns} FROM tasks`),
    }
  }

  insert(task: Omit<TaskRecord, 'status' | 'message' | 'result' | 'error' | 'updatedAt'>): void {
    const { id, owner, caller, tool, demanded, requestId, createdAt, expiresAt } = task
    const bytes = Buffer.byteLength(task.arguments)
    this.#statements.insert.run(
      ...[id, owner, caller, tool, task.arguments, demanded, requestId, createdAt, createdAt, expiresAt, bytes],
    )
  }

  get(id: string): TaskRecord | undefined {
    const row = this.#statements.get.get(id)
    return row && recordOf(row)
  }

  /** Keeps the end of a task, unless it has ended before. */
  settle(id: string, { status, message, result, error }: TaskEnd, now: number): boolean {
    const bytes = Buffer.byteLength(result ?? error ?? '')
    const { settle } = this.#statements
    return settle.run(status, message ?? null, result ?? null, error ?? null, now, bytes, id).changes === 1
  }

  /** Those that have not ended. */
  working(): readonly TaskRecord[] {
    return this.#statements.working.all().map(recordOf)
  }

  /** Removes some of what is past, the oldest first, and says what that was; nothing if there is no more. */
  removeExpired(now: number): readonly string[] {
    const { expired, remove } = this.#statements
    const removed: string[] = []
    let bytes = 0
    for (const row of expired.all(now)) {
      if (bytes >= mostBytesRemoved) break
      const id = String(row['id'])
      remove.run(id)
      removed.push(id)
      bytes += Number(row['bytes'])
    }
    return removed
  }

  /** @param caller of everybody if it is left out */
  usage(caller?: string): Usage {
    const { usage, usageOf } = this.#statements
    const row = caller === undefined ? usage.get() : usageOf.get(caller)
    return { tasks: Number(row?.['tasks']), running: Number(row?.['running']), bytes: Number(row?.['bytes']) }
  }

  close(): void {
    this.#database.close()
  }
}

function recordOf(row: Row): TaskRecord {
  const text = (name: string) => String(row[name])
  const some = (name: string) => (row[name] === null ? undefined : String(row[name]))
  return {
    id: text('id'),
    owner: text('owner'),
    caller: text('caller'),
    tool: text('tool'),
    arguments: text('arguments'),
    demanded: text('demanded'),
    requestId: text('request_id'),
    status: text('status') as KeptStatus,
    message: some('message'),
    result: some('result'),
    error: some('error'),
    createdAt: Number(row['created_at']),
    updatedAt: Number(row['updated_at']),
    expiresAt: Number(row['expires_at']),
  }
}
