import { introspectionLimits } from '@toolgate/auth'
import { text, url } from './schema-parts.ts'

/** JSON Schema of `introspection` of an issuer. */
export const introspectionSchema = {
  type: 'object',
  required: ['clientId'],
  additionalProperties: false,
  description:
    'Asks this issuer about tokens that are no JWTs (RFC 7662); without it they are refused. At most one issuer introspects. A JWT is sent nowhere.',
  properties: {
    clientId: text('Id of the client as which this host asks.'),
    method: {
      enum: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
      description:
        'How this host proves who it is. `client_secret_basic` by default, `private_key_jwt` where there is a `privateKey`.',
    },
    clientSecret: { ...text('The secret, by `env(...)` alone; at least 4 characters.', 1_024), minLength: 4 },
    privateKey: {
      ...text('The key: a JWK as JSON, or PEM without a passphrase; by `env(...)` alone.', 16_384),
      minLength: 4,
    },
    keyId: text('`kid` of the assertion; that of the JWK by default.'),
    algorithm: text(
      '`alg` of the assertion; that of the JWK by default, else RS256, the ES of the curve, or EdDSA.',
      20,
    ),
    endpoint: url("The introspection endpoint, if not where the issuer's metadata says. Needed beside `jwksUri`."),
    timeoutMs: {
      type: 'number',
      ...introspectionLimits.timeoutMs,
      description: 'Milliseconds until the last byte of an answer.',
    },
    cacheSeconds: {
      type: 'number',
      ...introspectionLimits.cacheSeconds,
      description:
        'Seconds that an active token is not asked about again, and never past its `exp`: how long a revoked one lives. 0 asks on every request.',
    },
    inactiveCacheSeconds: {
      type: 'number',
      ...introspectionLimits.inactiveCacheSeconds,
      description: 'Seconds that a token which is not good is not asked about again.',
    },
  },
}
