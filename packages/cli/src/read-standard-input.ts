import { text } from 'node:stream/consumers'

/** Everything on standard input; one newline at its end does not count. */
export async function readStandardInput(): Promise<string> {
  return (await text(process.stdin)).replace(/\r?\n$/, '')
}
