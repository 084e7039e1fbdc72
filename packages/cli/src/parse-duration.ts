import { CliError } from './errors.ts'

const seconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const

/**
 * Reads a length of time: a whole number with s, m, h or d.
 *
 * @returns seconds, at least 1
 * @throws CliError `usage`
 */
export function parseDuration(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,6})([smhd])$/.exec(text) ?? []
  if (count === undefined || !isUnit(unit)) {
    throw new CliError(
      'usage',
      `${JSON.stringify(text)} is no length of time`,
      'Write a number and s, m, h or d: 90s, 15m, 1h, 30d.',
    )
  }
  return Number(count) * seconds[unit]
}

function isUnit(unit: string | undefined): unit is keyof typeof seconds {
  return unit !== undefined && unit in seconds
}
