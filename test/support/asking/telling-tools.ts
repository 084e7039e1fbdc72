import { defineTool, type LogLevel } from '@toolgate/plugin'
import { setTimeout as delay } from 'node:timers/promises'

const scopes = ['ask:use']
const annotations = { readOnlyHint: true } as const
const nothing = { type: 'object', properties: {} } as const

/** Says one thing at each of the levels. */
export const loggingTool = defineTool({
  name: 'tell_levels',
  description: 'Logs at three levels.',
  scopes,
  annotations,
  handler(_args, { log }) {
    log('debug', { step: 1 })
    log('warning', { note: 'Bearer abcdefghijklmnop and eyJhbGciOi.eyJzdWIi.c2ln' }, 'teller')
    log('emergency', 'over')
    return 'told'
  },
})

/** Hands in what is no log message. */
export const steppedLoggingTool = defineTool({
  name: 'tell_badly',
  description: 'Logs what cannot be logged.',
  scopes,
  annotations,
  handler(_args, { log }) {
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    log('error', circle)
    log('loud' as LogLevel, 'no such level')
    log('error', 'x'.repeat(100_000))
    log('error', undefined)
    return 'told'
  },
})

/** Lets go of its connection and ends a little later. */
export const letGoTool = defineTool({
  name: 'tell_later',
  description: 'Lets go of the connection, then answers.',
  scopes,
  annotations,
  async handler(_args, { letGo }) {
    letGo(10)
    await delay(20)
    return 'here it is'
  },
})

/** Waits for its client longer than its own time. */
export const patientTool = defineTool({
  name: 'ask_patiently',
  description: 'Asks, and has little time of its own.',
  scopes,
  annotations,
  timeoutMs: 300,
  async handler(_args, { elicit, signal }) {
    const answer = await elicit({ message: 'Take your time', schema: nothing })
    signal.throwIfAborted()
    return { answer }
  },
})
