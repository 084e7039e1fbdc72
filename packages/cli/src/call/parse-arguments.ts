import { CliError } from '../errors.ts'

/**
 * Reads the arguments of a tool from a command line.
 *
 * @throws CliError `usage` for what is no JSON object
 */
export function parseArguments(tool: string, text: string): Record<string, unknown> {
  const mend = `Write an object in single quotes: toolgate call ${tool} '{"key":"value"}'.`
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new CliError('usage', `the arguments are not JSON (${detail})`, mend, { cause })
  }
  if (!isRecord(value)) throw new CliError('usage', 'the arguments are JSON, but no object', mend)
  return value
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
