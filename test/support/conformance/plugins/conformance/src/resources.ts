import { defineResource, defineResourceTemplate } from '@toolgate/plugin'
import { pixel } from './content.ts'
import { demands, readScopes } from './demands.ts'

const staticText = defineResource({
  uri: 'test://static-text',
  name: 'static-text',
  description: 'A text.',
  mimeType: 'text/plain',
  scopes: demands.staticResource,
  read: () => 'This text never changes.',
})

const staticBinary = defineResource({
  uri: 'test://static-binary',
  name: 'static-binary',
  description: 'A picture.',
  mimeType: 'image/png',
  scopes: readScopes,
  read: () => Buffer.from(pixel, 'base64'),
})

const watched = defineResource({
  uri: 'test://watched-resource',
  name: 'watched-resource',
  description: 'A text that clients may watch.',
  mimeType: 'text/plain',
  scopes: readScopes,
  read: () => 'This text could change.',
})

/** Resources that are read at one URI. */
export const resources = [staticText, staticBinary, watched]

/** Resources of one shape; the id that the scenario of scope challenges reads demands one scope more. */
export const resourceTemplates = [
  defineResourceTemplate({
    uriTemplate: 'test://template/{id}/data',
    name: 'template-data',
    description: 'The data of an id.',
    mimeType: 'application/json',
    scopes: demands.template,
    when: [
      {
        arguments: { type: 'object', properties: { id: { const: '123' } }, required: ['id'] },
        scopes: demands.templateOf123,
      },
    ],
    read: ({ id }) => JSON.stringify({ id, data: `These are the data of ${id}.` }),
  }),
]
