import { definePrompt } from '@toolgate/plugin'
import { pixel } from './content.ts'
import { demands, getScopes } from './demands.ts'

const simple = definePrompt({
  name: 'test_simple_prompt',
  description: 'One message.',
  scopes: demands.prompt,
  get: () => 'This is a simple prompt for testing.',
})

const withArguments = definePrompt({
  name: 'test_prompt_with_arguments',
  description: 'A message with two arguments in it.',
  scopes: getScopes,
  arguments: {
    arg1: {
      description: 'The first.',
      required: true,
      complete: (value) => ['paper', 'party', 'pattern'].filter((word) => word.startsWith(value)),
    },
    arg2: { description: 'The second.', required: true },
  },
  get: ({ arg1, arg2 }) => `The first is '${arg1}' and the second is '${arg2}'.`,
})

const withResource = definePrompt({
  name: 'test_prompt_with_embedded_resource',
  description: 'A message with a resource.',
  scopes: getScopes,
  arguments: { resourceUri: { description: 'Its URI.', required: true } },
  get: ({ resourceUri }) => [
    {
      role: 'user',
      content: {
        type: 'resource',
        resource: { uri: resourceUri, mimeType: 'text/plain', text: 'This came with the prompt.' },
      },
    },
    { role: 'user', content: { type: 'text', text: 'Please look at the resource above.' } },
  ],
})

const withImage = definePrompt({
  name: 'test_prompt_with_image',
  description: 'A message with a picture.',
  scopes: getScopes,
  get: () => [
    { role: 'user', content: { type: 'image', data: pixel, mimeType: 'image/png' } },
    { role: 'user', content: { type: 'text', text: 'Please look at the picture above.' } },
  ],
})

const asking = definePrompt({
  name: 'test_input_required_result_prompt',
  description: 'Asks before it is ready.',
  scopes: getScopes,
  async get(_args, { elicit }) {
    const answer = await elicit({
      key: 'user_context',
      message: 'What is it for?',
      schema: { type: 'object', properties: { context: { type: 'string' } }, required: ['context'] },
    })
    return answer.action === 'accept' ? `Write something for ${answer.content.context}.` : 'Write something.'
  },
})

/** Prompts; all but the last are ready at once. */
export const prompts = [simple, withArguments, withResource, withImage, asking]
