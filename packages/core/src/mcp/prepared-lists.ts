import type { HeldScopes } from '@toolgate/policy'
import { LRUCache } from 'lru-cache'
import type { Answer } from './exchange.ts'
import type { ToolList } from './list-tools.ts'
import type { JudgedRequest } from './judged-request.ts'

/** Bytes of prepared lists that are held. */
const mostBytes = 64 * 1024 * 1024

/** Bytes of a list that leaves faster as text, in one piece with the head of its answer. */
const mostBytesOfText = 4_096

/** Lists that were answered before, as bytes. */
export interface PreparedLists {
  /** The answer to a list from its start, if there is one for these scopes. */
  answer(request: JudgedRequest): Answer | undefined
  /** Keeps what the SDK answered. */
  keep(request: JudgedRequest, answer: Answer): void
}

/**
 * Keeps each list as the SDK wrote it, by effective scopes, family of revisions and generation of the catalogue, up to the id of
 * its request: nothing of it is written again for the next one.
 */
export function createPreparedLists(list: ToolList): PreparedLists {
  const lists = new LRUCache<string, Buffer | string>({
    maxSize: mostBytes,
    sizeCalculation: (bytes, key) => Buffer.byteLength(bytes) + key.length,
  })
  const keyOf = ({ message, envelope, held }: JudgedRequest) =>
    `${message.method} ${envelope.classification.era} ${listKeyOf(held)}`
  // A token in the cache brings the same array of scopes with every request.
  const keys = new WeakMap<readonly string[], string>()
  const listKeyOf = (held: HeldScopes) => {
    if (held.granted.length > 0) return list.keyOf(held)
    const known = keys.get(held.token)
    if (known !== undefined) return known
    const key = list.keyOf(held)
    keys.set(held.token, key)
    return key
  }
  return {
    answer(request) {
      const head = lists.get(keyOf(request))
      if (head === undefined) return undefined
      const tail = `${JSON.stringify(request.message.id)}}`
      return { kind: 'prepared', status: 200, head, tail }
    },
    keep(request, answer) {
      if (answer.kind !== 'json' || !('result' in answer.message)) return
      const head = `{"result":${JSON.stringify(answer.message.result)},"jsonrpc":"2.0","id":`
      const bytes = Buffer.from(head)
      lists.set(keyOf(request), bytes.length > mostBytesOfText ? bytes : head)
    },
  }
}
