import type { Catalogue, Tells } from '@toolgate/registry'
import type { AnswerEnvelopeOptions } from '../mcp/answer-envelope.ts'
import { createNamesThing, offeredBy } from '../mcp/asked.ts'
import { readsOf } from './listen.ts'
import type { ListKind } from './listener.ts'
import type { Offer } from './listen-filter.ts'
import { readOf } from './may-read.ts'
import { subscribedUri } from './subscribe.ts'

/** What a host may tell of, whoever asks: of what there is, as far as some plugin can tell. */
export function newsOf({ updates, lists }: Tells, catalogue: Catalogue, tasks: boolean): Offer {
  const { resources, prompts } = offeredBy(catalogue)
  const kinds: readonly ListKind[] = [
    'tools',
    ...(resources ? ['resources' as const] : []),
    ...(prompts ? ['prompts' as const] : []),
  ]
  return { lists: lists ? kinds : [], updates: updates && resources, tasks }
}

/** Of a transport that nobody is told anything by. */
export const noNews: Offer = { lists: [], updates: false, tasks: false }

/** Makes the answer to what a request is judged as. A method that does not exist for it is judged as nothing. */
export function createJudgedAs(catalogue: Catalogue, news: Offer): AnswerEnvelopeOptions['judgedAs'] {
  const namesThing = createNamesThing(catalogue)
  return (message, { modern, session }) => {
    if (namesThing(message)) return [message]
    if (message.method === 'subscriptions/listen') return modern ? readsOf(message, news) : []
    if (message.method !== 'resources/subscribe' || !session || !news.updates) return []
    const uri = subscribedUri(message)
    return uri === undefined ? [] : [readOf(uri, message.id)]
  }
}
