import { ToolError, type Logger } from '@toolgate/plugin'
import { parseObject, readCapped } from './read-capped.ts'

/** One page that was found. */
export interface SearchResult {
  readonly title: string
  readonly url: string
  /** What the page says on the query. */
  readonly content: string
  /** 0 to 1: how well it fits. */
  readonly score: number
  /** As the service writes it; for news. */
  readonly publishedDate?: string
}

const maxBytes = 2_097_152
const maxCharacters = { title: 300, content: 8_000, publishedDate: 64 }

const clip = (text: string, length: number) => text.slice(0, length).toWellFormed()

const isWebUrl = (value: unknown): value is string =>
  typeof value === 'string' && URL.canParse(value) && /^https?:$/u.test(new URL(value).protocol)

function toResult(value: unknown): SearchResult | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { title, url, content, score, published_date: published } = value as Readonly<Record<string, unknown>>
  if (typeof title !== 'string' || !isWebUrl(url) || typeof content !== 'string') return undefined
  return {
    title: clip(title, maxCharacters.title),
    url,
    content: clip(content, maxCharacters.content),
    score: typeof score === 'number' ? score : 0,
    ...(typeof published === 'string' && { publishedDate: clip(published, maxCharacters.publishedDate) }),
  }
}

/**
 * Reads the answer of a search: `results` with `title`, `url`, `content` and `score` each. A result without a title, a
 * content or a web address is left out.
 *
 * @throws ToolError if it is no such answer, or longer than 2 MiB
 */
export async function readAnswer(response: Response, logger: Logger): Promise<readonly SearchResult[]> {
  const answer = parseObject(await readCapped(response, maxBytes))
  const results = answer?.['results']
  if (!Array.isArray(results)) {
    logger.warn('the search service answered something unexpected', { status: response.status })
    throw new ToolError('The search service answered something unexpected. Try again later.')
  }
  return results.map(toResult).filter((result) => result !== undefined)
}
