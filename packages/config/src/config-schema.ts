import { boundsSchema } from './bounds-schema.ts'
import { dpopMode, dpopSchema } from './dpop-schema.ts'
import { grantSchema } from './grant-schema.ts'
import { issuerSchema } from './issuer-schema.ts'
import { overridesSchema } from './overrides-schema.ts'
import { count, text, url } from './schema-parts.ts'
import { rotateSchema } from './rotate-schema.ts'
import { scopeSchema, scopeSettingsSchema } from './scope-schema.ts'
import { sessionsSchema } from './sessions-schema.ts'
import { shadowSchema } from './shadow-schema.ts'
import { stdioSchema } from './stdio-schema.ts'
import { conditionsSchema, freshnessSchema, requirementSchema } from './tool-schema.ts'
import { workersSchema } from './workers-schema.ts'

/** The largest time that a call may take: ten minutes. */
const maxCallMs = 600_000
const maxBytes = 67_108_864

/**
 * JSON Schema (2020-12) of mcp.config.ts, with a description and the default of every key. Editors check JSON and YAML
 * files with it, and the config reference is made of it. Rules that span several keys are in the loader.
 */
export const configSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Toolgate configuration',
  type: 'object',
  additionalProperties: false,
  $defs: {
    scope: scopeSchema,
  },
  properties: {
    $schema: { type: 'string', description: 'Where an editor finds this schema, in a JSON or YAML file.' },
    resource: url(
      'The URL that clients use, and the `aud` that a token must carry; compared byte for byte. https, loopback aside. By default `http://127.0.0.1:PORT/mcp`; a configured one never follows the port.',
    ),
    listen: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description: 'Where the host listens.',
      properties: {
        host: { ...text('Address or name. Beyond loopback, `resource` must be https.', 255), default: '127.0.0.1' },
        port: count('Port; the environment variable `PORT` goes before it.', 0, 65_535, 8_787),
      },
    },
    workers: workersSchema,
    name: {
      type: 'string',
      pattern: '^[A-Za-z0-9_.-]{1,64}$',
      default: 'toolgate',
      description: 'Name of the server, for programs: 1 to 64 of `A-Z a-z 0-9 _ . -`.',
    },
    title: { ...text('Name of the server, for people.'), default: 'Toolgate' },
    version: { ...text("Version of the server, for clients; Toolgate's own by default.", 100) },
    instructions: text('What a model is told of the whole host.', 8_192),
    authorizationServers: {
      type: 'array',
      minItems: 1,
      maxItems: 16,
      items: issuerSchema,
      description: 'External authorization servers whose tokens are good here. Give these or `authority`.',
    },
    authority: {
      type: 'object',
      additionalProperties: false,
      description: 'Runs the embedded authorization server; its issuer is the origin of `resource`.',
      properties: {
        accessTokenSeconds: count('Seconds that an access token is good for.', 60, 86_400, 3_600),
        dpop: dpopMode(
          'Whether it binds tokens to a key of the client (RFC 9449): `allowed` for clients that send a proof, `required` for every token.',
        ),
      },
    },
    dpop: dpopSchema,
    allowedOrigins: {
      type: 'array',
      uniqueItems: true,
      items: { type: 'string', maxLength: 255 },
      default: [],
      description: "Origins of web pages that may call, beside the resource's own: `https://app.example.com`.",
    },
    allowedHosts: {
      type: 'array',
      uniqueItems: true,
      items: { type: 'string', maxLength: 255 },
      default: [],
      description: "Values of `Host` that are accepted, beside the resource's own: `tools.internal:8787`.",
    },
    scopes: {
      type: 'object',
      propertyNames: { $ref: '#/$defs/scope' },
      additionalProperties: scopeSettingsSchema,
      default: {},
      description: 'What scopes mean, and which others they stand for.',
    },
    grants: {
      type: 'array',
      maxItems: 500,
      items: grantSchema,
      default: [],
      description:
        'Rules that turn roles and groups in a token into scopes: `{ claim, anyOf, scopes }`, `{ claim, equals, scopes }` or `{ all: [...], scopes }`.',
    },
    initialScopes: {
      type: 'array',
      maxItems: 100,
      uniqueItems: true,
      items: { $ref: '#/$defs/scope' },
      description:
        'What the first 401 asks for. By default the scopes of read-only tools that are not concealed, 20 at most.',
    },
    visibility: {
      enum: ['granted', 'listed', 'concealed'],
      default: 'granted',
      description:
        'Whom a tool is listed to, unless its override says otherwise: to those who may call it, to everybody with its scopes, or as `granted` and unknown to all others.',
    },
    limits: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description: 'Bounds of one call, and of what outlives it.',
      properties: {
        bodyBytes: count('Bytes of a request body.', 1_024, maxBytes, 4_194_304),
        resultBytes: count('Bytes of a result.', 1_024, maxBytes, 4_194_304),
        callMs: count('Milliseconds that a call may take, unless its tool says otherwise.', 100, maxCallMs, 30_000),
        authorizeMs: count(
          'Milliseconds that the `authorize` of a tool may take; for all calls of one request together.',
          100,
          30_000,
          2_000,
        ),
        concurrentCalls: count('Calls of one caller that may run at once.', 1, 10_000, 64),
        ...boundsSchema,
      },
    },
    plugins: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description: 'What is loaded.',
      properties: {
        folder: { ...text('The folder of plugins, from the folder of this file.', 4_096), default: './plugins' },
        settings: {
          type: 'object',
          additionalProperties: { type: 'object' },
          default: {},
          description: "Settings by plugin name; the plugin's own schema checks them.",
        },
      },
    },
    locked: {
      type: 'boolean',
      default: false,
      description:
        '`serve` and `check` refuse tools that are not as `toolgate.lock.json` beside this file pins them, as with `--locked`.',
    },
    ...overridesSchema(maxCallMs),
    sessions: sessionsSchema,
    accessTool: {
      type: 'boolean',
      default: false,
      description:
        'Adds `toolgate_access`, a tool that tells callers in words which tools they have, which they could get and by which scopes. For any signed-in caller unless `tools.toolgate_access` says otherwise.',
    },
    shadow: shadowSchema({ scopes: requirementSchema, when: conditionsSchema, requires: freshnessSchema }),
    audit: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description: 'The record of decisions and outcomes.',
      properties: {
        file: text('The file, from the folder of this one. By default `audit.ndjson` in the state folder.', 4_096),
        durability: {
          enum: ['process', 'disk'],
          default: 'process',
          description:
            '`process`: a record is with the kernel before the tool starts, and survives a crash of the process; a power cut can take about the last second. `disk`: it is on the disk (fdatasync) before, and survives a power cut.',
        },
        rotate: rotateSchema,
      },
    },
    stdio: stdioSchema,
    tokenCache: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description: 'Verified tokens that are not verified again.',
      properties: {
        maxEntries: count('Tokens that are held.', 1, 1_000_000, 10_000),
        maxAgeSeconds: {
          type: 'number',
          minimum: 0,
          maximum: 3_600,
          default: 60,
          description: 'Seconds that one is held at most; 0 turns the cache off.',
        },
      },
    },
    legacyMetadataCopy: {
      type: 'boolean',
      default: false,
      description:
        "Serves a copy of the one external issuer's metadata on this origin, for clients of protocol revision 2025-03-26.",
    },
  },
} as const
