import { definePlugin, defineResource, defineTool, type Tool } from '@toolgate/plugin'
import { setTimeout as wait } from 'node:timers/promises'

const scopes = 'authenticated'
const annotations = { readOnlyHint: true } as const
const nothing = { type: 'object', properties: {} } as const
const question = { message: 'Well?', schema: nothing } as const

/** Whatever is done with it throws. */
function thorn(): never {
  const refuse = () => {
    throw new Error('a thorn')
  }
  return new Proxy(
    {},
    { get: refuse, has: refuse, ownKeys: refuse, getPrototypeOf: refuse, getOwnPropertyDescriptor: refuse },
  ) as never
}

/** What a context came to that was first looked at when its call was over. */
export const keptAfter: {
  readonly asked: unknown
  readonly demanded: unknown
  readonly aborted: boolean
  readonly canAsk: boolean
}[] = []

function attempt(run: () => void): unknown {
  try {
    run()
    return undefined
  } catch (error) {
    return error
  }
}

/** Breaks every promise that its types make. */
export const lyingPlugin = definePlugin({
  name: 'lying',
  setup({ changed, resourceUpdated }) {
    const tool = (name: string, handler: Tool['handler'], more: object = {}) =>
      defineTool({ name, description: 'Lies.', scopes, annotations, handler, ...more })
    return {
      resources: [defineResource({ uri: 'lying://thorn', name: 'thorn', scopes, read: () => thorn() })],
      tools: [
        tool('lying_returns', () => thorn()),
        tool('lying_throws', () => {
          throw thorn() as unknown
        }),
        tool('lying_asks', async (_args, { elicit }) => {
          await elicit(thorn() as typeof question)
          return 'asked'
        }),
        tool('lying_samples', async (_args, { sample }) => {
          await sample(thorn())
          return 'sampled'
        }),
        tool('lying_logs', (_args, { log, progress }) => {
          log(thorn(), thorn(), thorn())
          log('error', thorn(), 'x')
          progress(thorn(), thorn(), thorn())
          return 'logged'
        }),
        tool('lying_late', (_args, { elicit, log, progress, letGo }) => {
          void wait(20).then(async () => {
            log('error', 'late')
            progress(2)
            letGo()
            await elicit(question).catch(() => undefined)
          })
          return 'answered'
        }),
        tool('lying_keeps', (_args, context) => {
          void wait(20).then(async () => {
            context.log('error', 'late')
            context.letGo()
            const asked = await Promise.race([context.elicit(question).catch((error: unknown) => error), wait(50)])
            const demanded = attempt(() => {
              context.requireScopes('x')
            })
            keptAfter.push({ asked, demanded, aborted: context.signal.aborted, canAsk: context.canAsk.elicit })
          })
          return 'answered'
        }),
        tool(
          'lying_prepares',
          async (_args, { elicit }) => {
            await elicit({ ...question, key: 'second' })
            return 'asked'
          },
          {
            task: 'optional',
            prepare: (_args: unknown, { elicit }: { elicit: (asked: unknown) => Promise<unknown> }) => {
              void elicit({ ...question, key: 'first' })
            },
          },
        ),
        tool(
          'lying_progress',
          (_args, { progress }) => {
            progress(thorn(), thorn(), thorn())
            progress(thorn())
            return 'done'
          },
          { task: 'optional' },
        ),
        tool('lying_changes', async () => String(await changed(thorn()))),
        tool('lying_tells', () => {
          resourceUpdated('lying://thorn', thorn())
          return 'told'
        }),
      ],
    }
  },
})
