const scopeList = (description: string): object => ({
  type: 'array',
  minItems: 1,
  maxItems: 20,
  uniqueItems: true,
  items: { $ref: '#/$defs/scope' },
  description,
})

// One branch per type, and no anyOf, so that a fault names the one scope that is wrong.
const requirement = {
  type: ['array', 'object', 'string'],
  description:
    "Scopes that a caller needs: a list (all of them), `{ anyOf: [[...], [...]] }` (one of the lists) or `'authenticated'` (any valid token).",
  allOf: [
    {
      if: { type: 'string' },
      then: { const: 'authenticated', description: "Name the scopes in a list, or write 'authenticated'." },
    },
    { if: { type: 'array' }, then: scopeList('All of these.') },
    {
      if: { type: 'object' },
      then: {
        required: ['anyOf'],
        additionalProperties: false,
        properties: { anyOf: { type: 'array', minItems: 1, maxItems: 16, items: scopeList('One alternative.') } },
      },
    },
  ],
}

/**
 * JSON Schema of one tool override.
 *
 * @param maxCallMs the largest `timeoutMs`
 */
export function toolSchema(maxCallMs: number): object {
  return {
    type: 'object',
    additionalProperties: false,
    properties: {
      scopes: requirement,
      when: {
        type: 'array',
        maxItems: 16,
        description: 'Further scopes for calls whose arguments match a JSON Schema.',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['arguments', 'scopes'],
          properties: {
            arguments: { type: 'object', description: 'JSON Schema (2020-12) of the arguments.' },
            scopes: scopeList('Scopes that a matching call needs too.'),
          },
        },
      },
      visibility: {
        enum: ['granted', 'listed', 'concealed'],
        description: 'Whom the tool is listed to; the `visibility` of the host by default.',
      },
      timeoutMs: {
        type: 'integer',
        minimum: 1,
        maximum: maxCallMs,
        description: "Milliseconds that a call may take; the tool's own or `limits.callMs` by default.",
      },
      allowSharedScope: {
        type: 'boolean',
        description: 'Lets a tool that may destroy share its only scope with a read-only tool of the same plugin.',
      },
    },
  }
}
