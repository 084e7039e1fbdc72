import { CliError } from './errors.ts'
import { parseDuration } from './parse-duration.ts'

/**
 * Reads a point in time: ISO 8601 (without a zone it is UTC), or a length of time before now, such as `2h`.
 *
 * @param now - milliseconds since 1970
 * @throws CliError `usage`
 */
export function parseMoment(text: string, now: number): Date {
  if (/^\d+[smhd]$/.test(text)) return new Date(now - parseDuration(text) * 1000)
  const [, date, time = 'T00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)?(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? []
  const moment = new Date(`${date ?? ''}${time}${zone}`)
  if (Number.isNaN(moment.getTime())) {
    throw new CliError('usage', `${JSON.stringify(text)} is no point in time`, 'Write 2026-01-31T12:00:00Z, or 2h.')
  }
  return moment
}
