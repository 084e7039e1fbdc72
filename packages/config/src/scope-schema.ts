import { text } from './schema-parts.ts'

/** JSON Schema of one scope (RFC 6749 section 3.3). The two that are left out belong to sign-in itself. */
export const scopeSchema = {
  type: 'string',
  pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,128}$',
  not: { enum: ['offline_access', 'openid'] },
  description: 'One scope (RFC 6749 section 3.3).',
}

/** JSON Schema of one entry of `scopes`. */
export const scopeSettingsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    description: text('What the scope lets one do, for the consent page.', 500),
    requestable: {
      type: 'boolean',
      default: false,
      description: 'A sign-in can give it too, though a rule of `grants` does: it may be asked for.',
    },
    implies: {
      type: 'array',
      uniqueItems: true,
      items: { $ref: '#/$defs/scope' },
      default: [],
      description: 'Scopes that this one stands for too. Never a circle.',
    },
  },
}
