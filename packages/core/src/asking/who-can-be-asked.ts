import { CLIENT_CAPABILITIES_META_KEY, type ClientCapabilities } from '@modelcontextprotocol/server'
import { CannotAsk } from './cannot-ask.ts'
import type { ConversingRequest } from './conversing-request.ts'
import type { QuestionKind } from './question.ts'

const words: Readonly<
  Record<QuestionKind, { readonly what: string; readonly capability: string; readonly required: ClientCapabilities }>
> = {
  elicit: {
    what: 'This client cannot be asked for input',
    capability: 'elicitation (form mode)',
    required: { elicitation: { form: {} } },
  },
  elicitUrl: {
    what: 'The person cannot be asked to open a page by this client',
    capability: 'elicitation (URL mode)',
    required: { elicitation: { url: {} } },
  },
  sample: { what: 'The model of this client cannot be asked', capability: 'sampling', required: { sampling: {} } },
  listRoots: { what: 'This client cannot be asked for its roots', capability: 'roots', required: { roots: {} } },
}
/** The first revisions with elicitation. */
const since: Readonly<Partial<Record<QuestionKind, string>>> = { elicit: '2025-06-18', elicitUrl: '2025-11-25' }

/** Whether the client of a request can be asked for something, by it. */
export function canBeAsked(request: ConversingRequest, kind: QuestionKind): boolean {
  const { modern, batch, session } = request
  if (modern) return declares(declaredBy(request), kind)
  if (batch || session === undefined) return false
  if (session.facts.revision < (since[kind] ?? '')) return false
  return declares(session.facts.capabilities, kind)
}

/** Why it cannot, in words that a model can act on. */
export function cannotAsk({ modern, batch, session }: ConversingRequest, kind: QuestionKind): CannotAsk {
  const { what, capability, required } = words[kind]
  if (modern) return new CannotAsk(`${what}: it does not declare ${capability}.`, required)
  if (batch) return new CannotAsk(`${what}: the call came in a batch.`)
  if (session === undefined) {
    return new CannotAsk(
      `${what}: the call belongs to no session. A client gets one if it declares elicitation, sampling or roots when it ` +
        'connects, unless the operator has turned sessions off.',
    )
  }
  const { revision } = session.facts
  if (revision < (since[kind] ?? '')) {
    const mode = kind === 'elicitUrl' ? ' by URL' : ''
    return new CannotAsk(`${what}: revision ${revision} has no elicitation${mode}.`)
  }
  return new CannotAsk(`${what}: it did not declare ${capability} when it connected.`)
}

function declares(declared: ClientCapabilities, kind: QuestionKind): boolean {
  switch (kind) {
    case 'elicit': {
      const { elicitation } = declared
      // An empty object is the form mode; a client with URLs alone is not asked for forms.
      return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined)
    }
    case 'elicitUrl':
      return declared.elicitation?.url !== undefined
    case 'sample':
      return declared.sampling !== undefined
    case 'listRoots':
      return declared.roots !== undefined
  }
}

/** What a client of the stateless revision declares with each request. */
function declaredBy({ message }: ConversingRequest): ClientCapabilities {
  const declared = message.params?._meta?.[CLIENT_CAPABILITIES_META_KEY]
  return typeof declared === 'object' && declared !== null ? declared : {}
}
