import { issuerPresets, signatureAlgorithms } from '@toolgate/auth'
import { dpopMode } from './dpop-schema.ts'
import { introspectionSchema } from './introspection-schema.ts'
import { text, url } from './schema-parts.ts'

/** JSON Schema of one entry of `authorizationServers`. */
export const issuerSchema = {
  type: 'object',
  required: ['issuer'],
  additionalProperties: false,
  description: 'One external authorization server.',
  properties: {
    issuer: url('Its issuer identifier, byte for byte as `iss` and its metadata have it: https, loopback aside.'),
    name: text('A name for people; no two of the same.'),
    preset: {
      enum: Object.keys(issuerPresets),
      description:
        'What kind of server it is: settings that stand under the ones written here, in the place of the defaults. `toolgate check --resolved` prints what comes of it.',
    },
    audience: { ...text('What `aud` must contain. The resource by default.', 2_048), examples: ['api://toolgate'] },
    algorithms: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: {
        enum: signatureAlgorithms,
        description:
          'Name those that the authorization server signs access tokens with, or leave `algorithms` out to take all of these. None with a shared secret (HS256) is ever taken: have it sign with a key pair.',
      },
      default: signatureAlgorithms,
      description: 'Signature algorithms that are accepted; asymmetric ones alone.',
    },
    tokenTypes: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: { type: 'string', minLength: 1, maxLength: 100 },
      default: ['at+jwt'],
      description: 'Accepted values of `typ`. An issuer that sends plain `JWT` needs that line.',
    },
    dangerouslyAllowMissingTokenType: {
      type: 'boolean',
      default: false,
      description:
        'Lets tokens without any `typ` pass too (Okta sends such). The audience alone then keeps ID tokens out: it must not be the id of a client.',
    },
    scopeClaim: { ...text('The claim that holds the scopes.'), default: 'scope' },
    scopeFormat: {
      enum: ['string', 'array'],
      default: 'string',
      description: 'One space-delimited string, or an array of scopes.',
    },
    clientIdClaim: { ...text('The claim that names the client.'), default: 'client_id' },
    claims: {
      type: 'array',
      uniqueItems: true,
      items: { type: 'string', minLength: 1, maxLength: 200 },
      default: [],
      description: 'Claims that tools may see.',
    },
    jwksUri: url('Where its keys are, if not where its metadata says.'),
    clockSkewSeconds: {
      type: 'number',
      minimum: 0,
      maximum: 60,
      default: 5,
      description: 'Seconds by which clocks may differ.',
    },
    introspection: introspectionSchema,
    dpop: dpopMode(
      'Whether its tokens are bound to a key of the client, which proves at every request to hold it (RFC 9449): `off` refuses bound tokens, `allowed` takes them beside plain ones, `required` takes no others.',
    ),
  },
}
