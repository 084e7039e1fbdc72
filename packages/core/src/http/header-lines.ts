import type { IncomingMessage } from 'node:http'

/**
 * Every line of one header, in the order in which they came: `headers` joins repeated ones or drops the second in silence, and
 * `headersDistinct` sorts all of them for the few that are looked at.
 *
 * @param name in lower case
 */
export function headerLines(request: IncomingMessage, name: string): readonly string[] {
  const { rawHeaders } = request
  let lines: string[] | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const field = rawHeaders[index]
    const value = rawHeaders[index + 1]
    if (field === undefined || value === undefined) break
    if (field.length !== name.length || field.toLowerCase() !== name) continue
    // An array that is empty at first makes room for seventeen when it is pushed to.
    if (lines === undefined) lines = [value]
    else lines.push(value)
  }
  return lines ?? none
}

const none: readonly string[] = Object.freeze([])
