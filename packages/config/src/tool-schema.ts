const scopeList = (description: string): object => ({
  type: 'array',
  minItems: 1,
  maxItems: 20,
  uniqueItems: true,
  items: { $ref: '#/$defs/scope' },
  description,
})

/** JSON Schema of a requirement. */
// One branch per type, and no anyOf, so that a fault names the one scope that is wrong.
export const requirementSchema = {
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

/** JSON Schema of the conditions of a tool. */
export const conditionsSchema = {
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
}

/** JSON Schema of what a tool asks of the sign-in. */
export const freshnessSchema = {
  type: 'object',
  minProperties: 1,
  additionalProperties: false,
  description:
    'How the caller must have signed in (RFC 9470), beside the scopes: `{ maxAgeSeconds, acr }`, at least one.',
  examples: [{ maxAgeSeconds: 300 }, { acr: ['gold'] }],
  properties: {
    acr: {
      type: 'array',
      minItems: 1,
      maxItems: 10,
      uniqueItems: true,
      items: {
        type: 'string',
        pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,128}$',
        description: 'A value of `acr` is 1 to 128 printable ASCII characters without space, quote and backslash.',
      },
      description: 'Accepted values of the claim `acr`, compared exactly.',
    },
    maxAgeSeconds: {
      type: 'integer',
      minimum: 1,
      maximum: 31_536_000,
      description: 'Seconds since the sign-in (`auth_time`) that a call may come after.',
    },
  },
}

const visibilitySchema = {
  enum: ['granted', 'listed', 'concealed'],
  description: 'Whom it is listed to; the `visibility` of the host by default.',
}

const timeoutSchema = (maxCallMs: number): object => ({
  type: 'integer',
  minimum: 1,
  maximum: maxCallMs,
  description: "Milliseconds that a call may take; its author's or `limits.callMs` by default.",
})

/**
 * JSON Schema of one override of what is no tool.
 *
 * @param maxCallMs the largest `timeoutMs`
 * @param when whether it has arguments or variables that conditions may look at
 */
export function thingSchema(maxCallMs: number, when: boolean): object {
  return {
    type: 'object',
    additionalProperties: false,
    properties: {
      scopes: requirementSchema,
      ...(when && { when: conditionsSchema }),
      requires: freshnessSchema,
      visibility: visibilitySchema,
      timeoutMs: timeoutSchema(maxCallMs),
    },
  }
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
      scopes: requirementSchema,
      when: conditionsSchema,
      requires: freshnessSchema,
      visibility: visibilitySchema,
      timeoutMs: timeoutSchema(maxCallMs),
      allowSharedScope: {
        type: 'boolean',
        description: 'Lets a tool that may destroy share its only scope with a read-only tool of the same plugin.',
      },
    },
  }
}
