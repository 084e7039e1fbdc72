import { defineTool } from '@toolgate/plugin'
import { pixel, silence } from './content.ts'
import { callScopes, demands } from './demands.ts'

const readOnly = { readOnlyHint: true } as const

const simpleText = defineTool({
  name: 'test_simple_text',
  description: 'Answers with text.',
  scopes: demands.tool,
  annotations: readOnly,
  handler: () => 'This is a simple text response for testing.',
})

const imageContent = defineTool({
  name: 'test_image_content',
  description: 'Answers with a picture.',
  scopes: callScopes,
  annotations: readOnly,
  handler: () => ({ content: [{ type: 'image', data: pixel, mimeType: 'image/png' }] }),
})

const audioContent = defineTool({
  name: 'test_audio_content',
  description: 'Answers with sound.',
  scopes: callScopes,
  annotations: readOnly,
  handler: () => ({ content: [{ type: 'audio', data: silence, mimeType: 'audio/wav' }] }),
})

const embeddedResource = defineTool({
  name: 'test_embedded_resource',
  description: 'Answers with a resource.',
  scopes: callScopes,
  annotations: readOnly,
  handler: () => ({
    content: [
      {
        type: 'resource',
        resource: { uri: 'test://embedded-resource', mimeType: 'text/plain', text: 'This came along.' },
      },
    ],
  }),
})

const mixedContent = defineTool({
  name: 'test_multiple_content_types',
  description: 'Answers with text, a picture and a resource.',
  scopes: callScopes,
  annotations: readOnly,
  handler: () => ({
    content: [
      { type: 'text', text: 'Three kinds of content:' },
      { type: 'image', data: pixel, mimeType: 'image/png' },
      {
        type: 'resource',
        resource: { uri: 'test://mixed-content-resource', mimeType: 'application/json', text: '{"kinds":3}' },
      },
    ],
  }),
})

const failing = defineTool({
  name: 'test_error_handling',
  description: 'Fails.',
  scopes: callScopes,
  annotations: readOnly,
  handler: () => {
    throw new Error('this tool always fails')
  },
})

const manyKeywords = defineTool({
  name: 'json_schema_2020_12_tool',
  description: 'Has keywords of JSON Schema 2020-12 in its arguments.',
  scopes: callScopes,
  annotations: readOnly,
  inputSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    $defs: {
      address: {
        $anchor: 'addressDef',
        type: 'object',
        properties: { street: { type: 'string' }, city: { type: 'string' } },
      },
    },
    properties: {
      name: { type: 'string' },
      address: { $ref: '#/$defs/address' },
      contactMethod: { type: 'string', enum: ['phone', 'email'] },
      phone: { type: 'string' },
      email: { type: 'string' },
    },
    allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
    if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
    then: { required: ['phone'] },
    else: { required: ['email'] },
    additionalProperties: false,
  },
  handler: () => 'The arguments were as they should be.',
})

const headerArguments = defineTool({
  name: 'test_parameter_header',
  description: 'Has an argument that a header repeats.',
  scopes: callScopes,
  annotations: readOnly,
  inputSchema: {
    type: 'object',
    properties: { region: { type: 'string', 'x-mcp-header': 'Region' } },
    required: ['region'],
    additionalProperties: false,
  },
  handler: ({ region }) => `The region is ${region}.`,
})

/** Tools that answer at once; the first that is listed can be called without arguments. */
export const contentTools = [
  simpleText,
  imageContent,
  audioContent,
  embeddedResource,
  mixedContent,
  failing,
  manyKeywords,
  headerArguments,
]
