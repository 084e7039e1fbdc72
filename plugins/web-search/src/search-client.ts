import { ToolError, type Logger } from '@toolgate/plugin'
import { readAnswer, type SearchResult } from './read-answer.ts'
import { refusalOf } from './refusal.ts'

/** What to search for, in the words of the service. */
export interface SearchRequest {
  readonly query: string
  readonly max_results: number
  readonly topic: 'general' | 'news' | 'finance'
  readonly time_range?: 'day' | 'week' | 'month' | 'year'
  readonly include_domains?: readonly string[]
  readonly exclude_domains?: readonly string[]
}

/** A client of a service that speaks Tavily's `POST /search`. */
export interface SearchClient {
  /** @throws ToolError if the service refuses, cannot be reached, is too slow or answers something else */
  search(
    request: SearchRequest,
    call: { readonly signal: AbortSignal; readonly logger: Logger },
  ): Promise<readonly SearchResult[]>
}

/** The operator's settings of a {@link SearchClient}. */
export interface SearchSettings {
  readonly apiKey: string
  readonly baseUrl: string
  readonly searchDepth: 'basic' | 'advanced'
  readonly timeoutMs: number
}

const loopback: readonly string[] = ['127.0.0.1', '[::1]', 'localhost']

function endpoint(baseUrl: string): URL {
  const base = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  const secure = base?.protocol === 'https:' || (base?.protocol === 'http:' && loopback.includes(base.hostname))
  if (!base || !secure || base.username !== '' || base.password !== '' || base.search !== '' || base.hash !== '') {
    throw new Error('The setting "baseUrl" is an https: URL (http: on loopback) without credentials, query or fragment')
  }
  return new URL(`${base.href.replace(/\/+$/u, '')}/search`)
}

const causeCode = (error: unknown): string => {
  const cause: unknown = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'unknown'
}

/**
 * Creates a client. The key travels in the `Authorization` header alone: no error and no log line holds it.
 *
 * @throws Error if the base URL would send the key in the clear, or if no header can carry the key
 */
export function createSearchClient(settings: SearchSettings): SearchClient {
  const url = endpoint(settings.baseUrl)
  // Such a key would come back in the words of the error that fetch throws.
  if (!/^[\x21-\x7e]*$/u.test(settings.apiKey)) {
    throw new Error('The setting "apiKey" holds a blank or control character')
  }

  const post = (request: SearchRequest, signal: AbortSignal) =>
    fetch(url, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${settings.apiKey}`,
        'content-type': 'application/json',
        'user-agent': 'toolgate-web-search',
      },
      body: JSON.stringify({ ...request, search_depth: settings.searchDepth }),
      redirect: 'error',
      signal,
    })

  return {
    async search(request, { signal, logger }) {
      signal.throwIfAborted()
      const deadline = AbortSignal.timeout(settings.timeoutMs)
      try {
        const response = await post(request, AbortSignal.any([signal, deadline]))
        if (!response.ok) throw await refusalOf(response, { apiKey: settings.apiKey, logger })
        return await readAnswer(response, logger)
      } catch (error) {
        if (error instanceof ToolError) throw error
        signal.throwIfAborted()
        if (deadline.aborted) throw new ToolError(`The search took longer than ${settings.timeoutMs / 1_000} s.`)
        logger.warn('the search service could not be reached', { code: causeCode(error) })
        throw new ToolError('The search service could not be reached. Try again later.')
      }
    },
  }
}
