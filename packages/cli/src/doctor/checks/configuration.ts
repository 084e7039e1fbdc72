import { ok, warning, type Finding } from '../finding.ts'
import type { Observation } from '../observation.ts'

/** Whether the host that answers is the one of the configuration that it is held against. */
export function checkConfiguration({ url, local }: Observation): readonly Finding[] {
  if (local === undefined) return []
  if (local.resource === url) return [ok('configuration', `${local.file} is about this URL.`)]
  const seen = `${local.file} is about ${local.resource}, and asked was ${url}.`
  return [warning('configuration', seen, 'Ask the URL that stands there as resource, or give the other --config.')]
}
