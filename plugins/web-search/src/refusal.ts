import { ToolError, type Logger } from '@toolgate/plugin'
import { parseObject, readCapped } from './read-capped.ts'

const maxBytes = 65_536
const maxDetail = 300
const longestWait = 86_400

/** Seconds of a `Retry-After` header (RFC 9110 section 10.2.3), from 1 to a day. */
function secondsToWait(header: string | null): number | undefined {
  if (header === null) return undefined
  const seconds = /^\d+$/u.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1_000
  return Number.isFinite(seconds) ? Math.min(Math.max(1, Math.ceil(seconds)), longestWait) : undefined
}

/** `detail.error` of an error answer; the list form of `detail` (422) is not for the model. */
function detailOf(text: string | undefined, apiKey: string): string | undefined {
  const detail: unknown = parseObject(text)?.['detail']
  const error: unknown = typeof detail === 'object' && detail !== null && 'error' in detail ? detail.error : undefined
  if (typeof error !== 'string' || error === '') return undefined
  return (apiKey === '' ? error : error.replaceAll(apiKey, '[key]')).slice(0, maxDetail).toWellFormed()
}

function sentence(response: Response, detail: string | undefined): string {
  const { status } = response
  if (status === 400 || status === 422) return `The search service refused the search${detail ? `: ${detail}` : '.'}`
  if (status === 401 || status === 403) {
    return 'The search service refuses the key of this host. Only its operator can mend that.'
  }
  if (status === 432 || status === 433) {
    return 'The search plan of this host is used up. Only its operator can mend that.'
  }
  if (status === 429) {
    const seconds = secondsToWait(response.headers.get('retry-after'))
    return `There were too many searches. Try again ${seconds === undefined ? 'later' : `in ${seconds} s`}.`
  }
  return `The search service failed (status ${status}). Try again later.`
}

/** Turns an error answer of the service into words for the model, and a log line for the operator. */
export async function refusalOf(
  response: Response,
  options: { readonly apiKey: string; readonly logger: Logger },
): Promise<ToolError> {
  const detail = detailOf(await readCapped(response, maxBytes), options.apiKey)
  options.logger.warn('the search service refused a search', { status: response.status, detail })
  return new ToolError(sentence(response, detail))
}
