import { ok, warning, type Finding } from '../finding.ts'
import type { Observation } from '../observation.ts'

const check = 'legacy metadata'

/** What clients of 2025-03-26 find: they take the host's own origin for the authorization server. */
export function checkLegacyMetadata({ url, legacy }: Observation): readonly Finding[] {
  const { origin } = new URL(url)
  if (typeof legacy === 'string') {
    return [ok(check, 'No authorization server on the origin of the host: clients of 2025-03-26 cannot sign in.')]
  }
  const issuer: unknown = legacy['issuer']
  if (issuer === origin) return [ok(check, 'The authorization server is on the origin of the host itself.')]
  const named = typeof issuer === 'string' ? issuer : 'nobody'
  const seen = `The origin of the host serves a copy of the metadata of ${named} (legacyMetadataCopy).`
  return [warning(check, seen, 'Turn legacyMetadataCopy off once no client of revision 2025-03-26 is left.')]
}
