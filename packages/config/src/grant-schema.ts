import { text } from './schema-parts.ts'

const claim = text('The name of the claim, whole: no path into an object.', 500)
const equals = text('The claim is this one string.', 500)
const anyOf = {
  type: 'array',
  minItems: 1,
  maxItems: 200,
  uniqueItems: true,
  items: { type: 'string', minLength: 1, maxLength: 500 },
  description: 'The claim is one of these strings, or a list of strings that holds one of them.',
}

/** JSON Schema of one entry of `grants`. Which of its keys go together is checked by `checkGrants`. */
export const grantSchema = {
  type: 'object',
  required: ['scopes'],
  additionalProperties: false,
  properties: {
    issuer: text('The issuer whose tokens it is about. Needed where there are several.', 2_048),
    claim,
    equals,
    anyOf,
    all: {
      type: 'array',
      minItems: 1,
      maxItems: 16,
      description: 'Conditions that must all hold, in the place of one.',
      items: {
        type: 'object',
        required: ['claim'],
        additionalProperties: false,
        properties: { claim, equals, anyOf },
      },
    },
    scopes: {
      type: 'array',
      minItems: 1,
      maxItems: 100,
      uniqueItems: true,
      items: { $ref: '#/$defs/scope' },
      description: 'Scopes that the caller then holds.',
    },
  },
}
