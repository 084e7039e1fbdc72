import { definePlugin, definePrompt, defineResource, defineTool } from '@toolgate/plugin'
import { letGoTool, loggingTool, patientTool, steppedLoggingTool } from './telling-tools.ts'

const scopes = ['ask:use']
const annotations = { readOnlyHint: true } as const
const nameForm = { type: 'object', properties: { name: { type: 'string', minLength: 2 } }, required: ['name'] } as const
const confirmForm = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] } as const
const capital = {
  messages: [{ role: 'user', content: { type: 'text', text: 'What is the capital of France?' } }],
  maxTokens: 100,
} as const

const askName = defineTool({
  name: 'ask_name',
  description: 'Asks for a name.',
  scopes,
  annotations,
  async handler(_args, { elicit }) {
    const answer = await elicit({ key: 'user_name', message: 'What is your name?', schema: nameForm })
    return answer.action === 'accept' ? `Hello, ${answer.content.name}!` : `The person chose to ${answer.action}.`
  },
})

const askAll = defineTool({
  name: 'ask_all',
  description: 'Asks three things at once.',
  scopes,
  annotations,
  async handler(_args, { elicit, sample, listRoots }) {
    const [person, model, roots] = await Promise.all([
      elicit({ key: 'user_name', message: 'What is your name?', schema: nameForm }),
      sample({ key: 'capital_question', ...capital }),
      listRoots({ key: 'client_roots' }),
    ])
    return { person, model: model.content, roots }
  },
})

const askSteps = defineTool({
  name: 'ask_steps',
  description: 'Asks one thing after the other.',
  scopes,
  annotations,
  async handler(_args, { elicit }) {
    const first = await elicit({ message: 'Step 1: your name?', schema: nameForm })
    const second = await elicit({ message: 'Step 2: sure?', schema: confirmForm })
    return { first, second }
  },
})

/** What tools did that must not be done twice, by subject. */
const done = new Map<string, number>()

const askOnce = defineTool({
  name: 'ask_once',
  description: 'Counts, once per confirmation.',
  scopes: { anyOf: [['ask:use', 'ask:count'], ['ask:admin']] },
  annotations: { readOnlyHint: false, destructiveHint: true },
  inputSchema: {
    type: 'object',
    properties: { what: { type: 'string' }, then: { type: 'boolean', default: false } },
    required: ['what'],
  },
  async handler({ what, then }, { elicit, principal }) {
    const answer = await elicit({ key: 'confirm', message: `Count ${what}?`, schema: confirmForm, once: true })
    if (answer.action !== 'accept' || !answer.content.ok) return 'Not counted.'
    if (then) await elicit({ key: 'then', message: 'And then?', schema: nameForm })
    const count = (done.get(principal.subject) ?? 0) + 1
    done.set(principal.subject, count)
    return `Counted ${what}: ${String(count)}`
  },
})

const askWhatCan = defineTool({
  name: 'ask_what_can_be_asked',
  description: 'Asks what the client can be asked.',
  scopes,
  annotations,
  async handler(_args, { canAsk, elicit, sample }) {
    const asked: unknown[] = []
    if (canAsk.elicit) asked.push(await elicit({ message: 'Your name?', schema: nameForm }))
    if (canAsk.sample) asked.push(await sample(capital))
    return { canAsk, asked }
  },
})

const askModel = defineTool({
  name: 'ask_model',
  description: 'Asks the model, whether the client has one or not.',
  scopes,
  annotations,
  handler: async (_args, { sample }) => ({ content: [{ type: 'text', text: JSON.stringify(await sample(capital)) }] }),
})

/** A question that may change between two rounds. */
export const changing = { subject: 'the red note' }

const askChanging = defineTool({
  name: 'ask_changing',
  description: 'Asks about what there is now.',
  scopes,
  annotations,
  async handler(_args, { elicit }) {
    const { subject } = changing
    const answer = await elicit({ key: 'confirm', message: `Delete ${subject}?`, schema: confirmForm })
    return { subject, answer }
  },
})

const askBadly = defineTool({
  name: 'ask_badly',
  description: 'Asks with a schema that the protocol does not know.',
  scopes,
  annotations,
  async handler(_args, { elicit }) {
    await elicit({
      message: 'Your address?',
      schema: { type: 'object', properties: { address: { type: 'object', properties: {} } } },
    })
    return 'asked'
  },
})

const askForever = defineTool({
  name: 'ask_forever',
  description: 'Asks again and again.',
  scopes,
  annotations,
  async handler(_args, { elicit }) {
    for (let round = 1; ; round++) await elicit({ message: `Round ${String(round)}?`, schema: confirmForm })
  },
})

const askCaught = defineTool({
  name: 'ask_caught',
  description: 'Goes on whatever becomes of its question.',
  scopes,
  annotations,
  async handler(_args, { elicit, principal }) {
    const answer = await elicit({ message: 'Your name?', schema: nameForm }).catch(() => undefined)
    // Files of tests share a process, and this plugin in it; each has an issuer of its own.
    const caller = `${principal.issuer} ${principal.subject}`
    done.set(caller, (done.get(caller) ?? 0) + 1)
    return { answered: answer !== undefined, count: done.get(caller) }
  },
})

const askedPrompt = definePrompt({
  name: 'ask_prompt',
  description: 'Asks for its context.',
  scopes,
  arguments: { style: { complete: () => ['short', 'long'] } },
  async get({ style = 'short' }, { elicit }) {
    const answer = await elicit({ key: 'user_context', message: `The context of a ${style} text?`, schema: nameForm })
    return answer.action === 'accept' ? `In the context of ${answer.content.name}.` : 'In no context.'
  },
})

const askedResource = defineResource({
  uri: 'ask://roots',
  name: 'roots',
  scopes,
  read: async ({ listRoots }) => JSON.stringify(await listRoots({ key: 'client_roots' })),
})

/** Its tools, its prompt and its resource ask their client, and tell it things. */
export const askingPlugin = definePlugin({
  name: 'asking',
  prompts: [askedPrompt],
  resources: [askedResource],
  tools: [
    askName,
    askAll,
    askSteps,
    askOnce,
    askWhatCan,
    askModel,
    askChanging,
    askBadly,
    askForever,
    askCaught,
    loggingTool,
    steppedLoggingTool,
    letGoTool,
    patientTool,
  ],
})
