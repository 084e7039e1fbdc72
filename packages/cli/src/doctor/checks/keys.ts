import { createKeySet } from '@toolgate/auth'
import { fault, ok, type Finding } from '../finding.ts'
import type { IssuerObservation, Observation } from '../observation.ts'

const check = 'keys'
const unreachable =
  'Look whether the key set is up, by https and without a redirect: no token can be verified without it.'

/** The keys that tokens are verified by (RFC 7517 section 5, RFC 8414 section 2). */
export function checkKeys({ issuers }: Observation): readonly Finding[] {
  return issuers.flatMap((each) =>
    each.metadata === undefined && each.keys === undefined ? [] : checkIssuerKeys(each),
  )
}

function checkIssuerKeys({ issuer, keys }: IssuerObservation): readonly Finding[] {
  if (keys === undefined) return [fault(check, `The metadata of ${issuer} names no jwks_uri.`, unreachable)]
  const { url, document } = keys
  if (typeof document === 'string') return [fault(check, `${url}: ${document}.`, unreachable)]
  try {
    const { size, exposed } = createKeySet(document)
    return [
      size === 0
        ? fault(check, `${url} holds no usable key.`, 'It must publish a public RSA, EC or OKP key for signatures.')
        : ok(check, `${url} holds ${String(size)} usable ${size === 1 ? 'key' : 'keys'}.`),
      ...(exposed === 0
        ? []
        : [
            fault(
              check,
              `${url} publishes ${String(exposed)} private or symmetric ${exposed === 1 ? 'key' : 'keys'}.`,
              'Replace them at once: whoever read the document can make tokens.',
            ),
          ]),
    ]
  } catch (error) {
    return [fault(check, `${url}: ${error instanceof Error ? error.message : String(error)}.`, unreachable)]
  }
}
