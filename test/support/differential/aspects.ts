import { isDeepStrictEqual } from 'node:util'
import { answerOf, type Outcome } from './outcome.ts'

/** In what two answers differ. */
export type Aspect = 'status' | 'type' | 'challenge' | 'allow' | 'events' | 'code' | 'words' | 'id' | 'result' | 'order'

/** In what the answers to one request differ. What stands in one alone is compared no further. */
export function aspectsOf(ours: Outcome, theirs: Outcome): readonly Aspect[] {
  const [own, other] = [answerOf(ours), answerOf(theirs)]
  const differ = (one: unknown, two: unknown): boolean => !isDeepStrictEqual(one, two)
  const aspects: readonly (readonly [Aspect, boolean])[] = [
    ['status', ours.status !== theirs.status],
    ['type', ours.headers['type'] !== theirs.headers['type']],
    ['challenge', ours.headers['challenge'] !== theirs.headers['challenge']],
    ['allow', ours.headers['allow'] !== theirs.headers['allow']],
    ['events', differ(ours.messages.slice(0, -1), theirs.messages.slice(0, -1))],
    ['code', own.error?.code !== other.error?.code],
    ['words', differ([own.error?.message, own.error?.data], [other.error?.message, other.error?.data])],
    ['id', differ(own.id, other.id)],
    ['result', differ(own.result, other.result)],
    ['order', differ(ours.texts, theirs.texts) && !differ(ours.messages, theirs.messages)],
  ]
  return aspects.flatMap(([aspect, differs]) => (differs ? [aspect] : []))
}
