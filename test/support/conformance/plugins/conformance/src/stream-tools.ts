import { defineTool } from '@toolgate/plugin'
import { setTimeout as wait } from 'node:timers/promises'
import { callScopes } from './demands.ts'
import { nameQuestion } from './questions.ts'

/** Milliseconds between two messages. */
const pause = 50

const withProgress = defineTool({
  name: 'test_tool_with_progress',
  description: 'Tells three times how far it is.',
  scopes: callScopes,
  annotations: { readOnlyHint: true },
  async handler(_args, { progress, signal }) {
    for (const done of [0, 50, 100]) {
      progress(done, 100)
      await wait(pause, undefined, { signal })
    }
    return 'All steps are done.'
  },
})

const withLogging = defineTool({
  name: 'test_tool_with_logging',
  description: 'Logs three times.',
  scopes: callScopes,
  annotations: { readOnlyHint: true },
  async handler(_args, { log, signal }) {
    for (const step of ['It began.', 'It goes on.', 'It is done.']) {
      log('info', step)
      await wait(pause, undefined, { signal })
    }
    return 'All steps were logged.'
  },
})

const logging = defineTool({
  name: 'test_logging_tool',
  description: 'Logs, for a client that may not have asked for it.',
  scopes: callScopes,
  annotations: { readOnlyHint: true },
  handler(_args, { log }) {
    log('info', 'It was called.')
    return 'It logged what it had to say.'
  },
})

const streamingElicitation = defineTool({
  name: 'test_streaming_elicitation',
  description: 'Tells how far it is, then asks.',
  scopes: callScopes,
  annotations: { readOnlyHint: true },
  async handler(_args, { elicit, progress }) {
    progress(50, 100)
    const answer = await elicit(nameQuestion('user_name'))
    return `The answer was ${answer.action}.`
  },
})

const missingCapability = defineTool({
  name: 'test_missing_capability',
  description: "Cannot do without the client's model.",
  scopes: callScopes,
  annotations: { readOnlyHint: true },
  async handler(_args, { sample }) {
    const answer = await sample({
      messages: [{ role: 'user', content: { type: 'text', text: 'Hello?' } }],
      maxTokens: 10,
    })
    return `The model said ${JSON.stringify(answer.content)}.`
  },
})

const reconnection = defineTool({
  name: 'test_reconnection',
  description: 'Lets go of the connection and answers once the client is back.',
  scopes: callScopes,
  annotations: { readOnlyHint: true },
  async handler(_args, { letGo, signal }) {
    letGo(pause)
    await wait(2 * pause, undefined, { signal })
    return 'The client came back for this.'
  },
})

/** Tools that say something before they answer. */
export const streamTools = [withProgress, withLogging, logging, streamingElicitation, missingCapability, reconnection]
