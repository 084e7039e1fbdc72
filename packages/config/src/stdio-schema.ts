import { text } from './schema-parts.ts'

/** JSON Schema of the section about `toolgate stdio`. */
export const stdioSchema = {
  type: 'object',
  additionalProperties: false,
  default: {},
  description: 'What `toolgate stdio` serves a local client with, who brings no token.',
  properties: {
    scopes: {
      type: 'array',
      maxItems: 500,
      uniqueItems: true,
      items: { $ref: '#/$defs/scope' },
      default: [],
      description: 'The scopes that the local client holds; `--scopes` goes before them. None by default.',
    },
    name: {
      type: 'string',
      pattern: '^[A-Za-z0-9_.-]{1,64}$',
      default: 'local',
      description: 'Who the local client is: plugins and audit see it as `stdio:<name>`. `--name` goes before it.',
    },
    audit: text(
      "Its audit file, from the folder of this one; never the host's. By default `audit-stdio.ndjson` beside the host's.",
      4_096,
    ),
  },
} as const
