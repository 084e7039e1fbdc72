import { count } from './schema-parts.ts'

const second = 1_000
const minute = 60 * second
const day = 24 * 60 * minute
const mebibyte = 1_048_576
const mostBytes = 1_099_511_627_776

/** Schema of bytes that follow from `limits.resultBytes` where they are not said. */
const bytes = (description: string): object => ({ type: 'integer', minimum: 65_536, maximum: mostBytes, description })

const section = (description: string, properties: Readonly<Record<string, object>>): object => ({
  type: 'object',
  additionalProperties: false,
  default: {},
  description,
  properties,
})

/** JSON Schema of the bounds of what outlives a call. A caller is issuer and subject. */
export const boundsSchema = {
  sessions: section('Bounds of sessions of revisions before 2026-07-28.', {
    total: count('Sessions that are open at once.', 1, 1_000_000, 10_000),
    perCaller: count('Of one caller: beyond them its oldest ends.', 1, 10_000, 32),
    idleMs: count('Milliseconds without a request after which one ends.', second, day, 30 * minute),
    requests: count('Requests of one session that may run at once.', 1, 10_000, 256),
    subscriptions: count('Resources that one session may subscribe to.', 1, 10_000, 100),
    answerMs: count(
      'Milliseconds that a client may take to answer a question; over `toolgate stdio` too.',
      second,
      day,
      10 * minute,
    ),
    resumeMs: count('Milliseconds that a stream which is over can be come back for.', second, day, 5 * minute),
    eventBytes: count('Bytes of events that one session keeps for who comes back.', 1_024, mostBytes, 8 * mebibyte),
    totalEventBytes: count('Of all sessions together.', 1_024, mostBytes, 128 * mebibyte),
  }),
  subscriptions: section('Bounds of `subscriptions/listen`.', {
    total: count('Streams that are open at once.', 1, 1_000_000, 4_096),
    perCaller: count('Of one caller.', 1, 10_000, 32),
    longestMs: count(
      'Milliseconds that a stream may last: its client comes back with a token that is verified anew.',
      second,
      day,
      60 * minute,
    ),
  }),
  tasks: section('Bounds of tasks.', {
    runMs: count('Milliseconds that a handler may take, waiting for its client aside.', second, 7 * day, 60 * minute),
    ttlMs: count('Milliseconds from its beginning after which a task is removed.', second, 30 * day, 120 * minute),
    pollIntervalMs: count('Milliseconds that a client is asked to wait between two looks.', 10, minute, second),
    running: count('Tasks that run at once.', 1, 100_000, 1_000),
    runningPerCaller: count('Of one caller.', 1, 100_000, 16),
    total: count('Tasks that are kept.', 1, 1_000_000, 10_000),
    perCaller: count('Of one caller.', 1, 1_000_000, 256),
    bytes: bytes('Bytes of arguments and results that are kept. 4 GiB by default.'),
    bytesPerCaller: bytes('Of one caller. 128 MiB by default, or four results if these are more.'),
  }),
} as const
