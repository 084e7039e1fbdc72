import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { ToolError } from '@toolgate/plugin'

const worker = new URL('./html-text-worker.ts', import.meta.url)

/**
 * The readable text of an HTML page; links are made absolute.
 *
 * It runs in a thread of its own: a page nested deep enough takes the parser many seconds, which neither hold up the
 * host nor outlive the signal.
 *
 * @throws ToolError if the page takes more memory than there is for it, or cannot be converted
 */
export async function htmlText(html: string, url: URL, signal: AbortSignal): Promise<string> {
  const thread = new Worker(worker, {
    workerData: { html, url: url.href },
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  })
  try {
    const [text] = (await once(thread, 'message', { signal })) as [string]
    return text
  } catch (error) {
    if (signal.aborted) throw error
    throw new ToolError('The page is too complicated to be turned into text.', { cause: error })
  } finally {
    await thread.terminate()
  }
}
