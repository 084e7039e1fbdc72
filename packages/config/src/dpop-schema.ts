import { signatureAlgorithms } from '@toolgate/auth'
import { count } from './schema-parts.ts'

/** JSON Schema of the setting of one authorization server. */
export const dpopMode = (description: string): object => ({
  enum: ['off', 'allowed', 'required'],
  default: 'off',
  description,
})

/** JSON Schema of `dpop`: how proofs are judged, whoever issued the token. */
export const dpopSchema = {
  type: 'object',
  additionalProperties: false,
  description:
    'How proofs of possession are judged (RFC 9449), where `dpop` of an authorization server says `allowed` or `required`.',
  properties: {
    algorithms: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: {
        enum: signatureAlgorithms,
        description:
          'Name those that clients sign proofs with, or leave `algorithms` out to take all of these. None with a shared secret (HS256) is ever taken.',
      },
      default: signatureAlgorithms,
      description:
        'Signature algorithms of proofs that are accepted; asymmetric ones alone. They stand in metadata and challenges.',
    },
    proofAgeSeconds: count(
      'Seconds that a proof is good for after it was made, beside `clockSkewSeconds` of the issuer. Used proofs are remembered as long.',
      5,
      300,
      60,
    ),
    nonce: {
      type: 'boolean',
      default: false,
      description:
        'Asks for a nonce of this host in every proof, so that none can be made in advance. Costs a client one refused request now and then.',
    },
  },
}
