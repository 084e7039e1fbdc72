import { defineTool } from '@toolgate/plugin'
import { nameQuestion, yesQuestion } from './questions.ts'
import { callScopes } from './demands.ts'

const shared = { scopes: callScopes, annotations: { readOnlyHint: true } } as const

const elicitation = defineTool({
  ...shared,
  name: 'test_input_required_result_elicitation',
  description: 'Asks for a name.',
  async handler(_args, { elicit }) {
    const answer = await elicit(nameQuestion('user_name'))
    return answer.action === 'accept' ? `Hello, ${answer.content.name}!` : 'Hello!'
  },
})

const sampling = defineTool({
  ...shared,
  name: 'test_input_required_result_sampling',
  description: "Asks the client's model.",
  async handler(_args, { sample }) {
    const text = 'What is the capital of France?'
    const answer = await sample({
      key: 'capital_question',
      messages: [{ role: 'user', content: { type: 'text', text } }],
      maxTokens: 100,
    })
    return `The model said ${JSON.stringify(answer.content)}.`
  },
})

const listRoots = defineTool({
  ...shared,
  name: 'test_input_required_result_list_roots',
  description: "Asks for the client's roots.",
  async handler(_args, context) {
    const roots = await context.listRoots({ key: 'client_roots' })
    return `The roots are ${roots.map(({ uri }) => uri).join(', ')}.`
  },
})

const requestState = defineTool({
  ...shared,
  name: 'test_input_required_result_request_state',
  description: 'Asks and goes on by the state that comes back.',
  async handler(_args, { elicit }) {
    const answer = await elicit(yesQuestion('confirm'))
    return `state-ok: ${answer.action}`
  },
})

const multipleInputs = defineTool({
  ...shared,
  name: 'test_input_required_result_multiple_inputs',
  description: 'Asks the person, the model and the client at once.',
  async handler(_args, { elicit, sample, listRoots: roots }) {
    const answers = await Promise.all([
      elicit(nameQuestion('user_name')),
      sample({
        key: 'greeting',
        messages: [{ role: 'user', content: { type: 'text', text: 'Say something kind.' } }],
        maxTokens: 50,
      }),
      roots({ key: 'client_roots' }),
    ])
    return `The answers were ${JSON.stringify(answers)}.`
  },
})

const multiRound = defineTool({
  ...shared,
  name: 'test_input_required_result_multi_round',
  description: 'Asks twice, one question after the other.',
  async handler(_args, { elicit }) {
    const first = await elicit(nameQuestion('step1'))
    const name = first.action === 'accept' ? first.content.name : 'friend'
    const second = await elicit({
      key: 'step2',
      message: `Which color do you like best, ${name}?`,
      schema: { type: 'object', properties: { color: { type: 'string' } }, required: ['color'] },
    })
    return `${name} likes ${second.action === 'accept' ? second.content.color : 'every color'}.`
  },
})

const tamperedState = defineTool({
  ...shared,
  name: 'test_input_required_result_tampered_state',
  description: 'Asks, for a client that comes back with another state.',
  async handler(_args, { elicit }) {
    const answer = await elicit(yesQuestion('confirm'))
    return `The answer was ${answer.action}.`
  },
})

const capabilities = defineTool({
  ...shared,
  name: 'test_input_required_result_capabilities',
  description: 'Asks only what this client can be asked.',
  async handler(_args, { canAsk, elicit, sample }) {
    const answers = await Promise.all([
      canAsk.elicit ? elicit(nameQuestion('elicit_input')) : undefined,
      canAsk.sample
        ? sample({
            key: 'sample_input',
            messages: [{ role: 'user', content: { type: 'text', text: 'Say something.' } }],
            maxTokens: 50,
          })
        : undefined,
    ])
    return `The answers were ${JSON.stringify(answers)}.`
  },
})

/** Tools whose calls end with a question and start again with its answer. */
export const roundTools = [
  elicitation,
  sampling,
  listRoots,
  requestState,
  multipleInputs,
  multiRound,
  tamperedState,
  capabilities,
]
