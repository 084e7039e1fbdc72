import { defineTool } from '@toolgate/plugin'
import { callScopes } from './demands.ts'

const readOnly = { readOnlyHint: true } as const

/** What the scenarios call `message` and `prompt`. */
const words = { type: 'string', maxLength: 1_000 } as const

const sampling = defineTool({
  name: 'test_sampling',
  description: "Asks the client's model.",
  scopes: callScopes,
  annotations: readOnly,
  inputSchema: {
    type: 'object',
    properties: { prompt: words },
    required: ['prompt'],
    additionalProperties: false,
  },
  async handler({ prompt }, { sample }) {
    const answer = await sample({
      messages: [{ role: 'user', content: { type: 'text', text: prompt } }],
      maxTokens: 100,
    })
    return `The model said ${JSON.stringify(answer.content)}.`
  },
})

const elicitation = defineTool({
  name: 'test_elicitation',
  description: 'Asks the person for two texts.',
  scopes: callScopes,
  annotations: readOnly,
  inputSchema: {
    type: 'object',
    properties: { message: words },
    required: ['message'],
    additionalProperties: false,
  },
  async handler({ message }, { elicit }) {
    const answer = await elicit({
      message,
      schema: {
        type: 'object',
        properties: {
          username: { type: 'string', description: 'The name of the account.' },
          email: { type: 'string', description: 'An address for mail.' },
        },
        required: ['username', 'email'],
      },
    })
    return `The answer was ${JSON.stringify(answer)}.`
  },
})

const defaults = defineTool({
  name: 'test_elicitation_sep1034_defaults',
  description: 'Asks the person with a default for every kind of field.',
  scopes: callScopes,
  annotations: readOnly,
  async handler(_args, { elicit }) {
    const answer = await elicit({
      message: 'Please look through these.',
      schema: {
        type: 'object',
        properties: {
          name: { type: 'string', default: 'John Doe' },
          age: { type: 'integer', default: 30 },
          score: { type: 'number', default: 95.5 },
          status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
          verified: { type: 'boolean', default: true },
        },
      },
    })
    return `The answer was ${JSON.stringify(answer)}.`
  },
})

const titled = [
  { const: 'value1', title: 'First' },
  { const: 'value2', title: 'Second' },
  { const: 'value3', title: 'Third' },
]

const enums = defineTool({
  name: 'test_elicitation_sep1330_enums',
  description: 'Asks the person with every kind of choice.',
  scopes: callScopes,
  annotations: readOnly,
  async handler(_args, { elicit }) {
    const answer = await elicit({
      message: 'Please choose.',
      schema: {
        type: 'object',
        properties: {
          untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
          titledSingle: { type: 'string', oneOf: titled },
          legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['One', 'Two', 'Three'] },
          untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
          titledMulti: { type: 'array', items: { anyOf: titled } },
        },
      },
    })
    return `The answer was ${JSON.stringify(answer)}.`
  },
})

/** Tools that ask in the middle of a call, as clients of sessions are asked. */
export const formTools = [sampling, elicitation, defaults, enums]
