import { isDeepStrictEqual } from 'node:util'
import { fault, ok, warning, type Finding } from '../finding.ts'
import type { Observation } from '../observation.ts'
import type { Answer, NoAnswer } from '../probe.ts'

const check = 'metadata'

/** The protected resource metadata, at both places (RFC 9728 section 3). */
export function checkMetadata({ metadata }: Observation): readonly Finding[] {
  const [first, second] = metadata
  return [
    ...metadata.flatMap(({ url, answer, document }, index) => {
      if (typeof document === 'string') {
        const mend = `Let the proxy pass ${new URL(url).pathname} to the host, without sign-in and without a redirect.`
        // The challenge names the first place; the other is for clients that look at the root.
        return [(index === 0 ? fault : warning)(check, `${url}: ${document}.`, mend)]
      }
      return [ok(check, `${url} is there.`), ...headerFindings(url, answer)]
    }),
    ...(first !== undefined &&
    second !== undefined &&
    typeof first.document !== 'string' &&
    typeof second.document !== 'string' &&
    !isDeepStrictEqual(first.document, second.document)
      ? [
          fault(
            check,
            `${first.url} and ${second.url} differ.`,
            'Let both go to one host: clients read either of them.',
          ),
        ]
      : []),
  ]
}

function headerFindings(url: string, answer: Answer | NoAnswer): readonly Finding[] {
  if ('problem' in answer) return []
  const { headers } = answer
  const type = headers.get('content-type') ?? 'none'
  const cache = headers.get('cache-control') ?? 'none'
  const origin = headers.get('access-control-allow-origin') ?? 'none'
  return [
    ...(/^application\/json\b/i.test(type)
      ? []
      : [fault(check, `${url} has the content type ${type}.`, 'It must be application/json.')]),
    ...(/\bmax-age=\d/i.test(cache)
      ? []
      : [
          warning(
            check,
            `${url} has the Cache-Control ${cache}.`,
            'Let max-age through: every connect fetches it otherwise.',
          ),
        ]),
    ...(origin === '*'
      ? []
      : [
          warning(
            check,
            `${url} has the Access-Control-Allow-Origin ${origin}.`,
            'Let * through: clients in a browser cannot read it otherwise.',
          ),
        ]),
  ]
}
