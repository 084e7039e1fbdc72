import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startTestHost, type TestHost, type TestHostOptions } from '../host.ts'
import { pluginFolder } from '../plugin-folder.ts'
import { postModern, type WireAnswer } from '../wire.ts'
import { askingPlugin } from './asking-plugin.ts'

/** A host whose tools ask their client and tell it things. */
export async function startAskingHost(options: TestHostOptions = {}): Promise<TestHost> {
  const source = pathToFileURL(join(import.meta.dirname, 'asking-plugin.ts')).href
  const folder = await pluginFolder({
    [askingPlugin.name]: `export { askingPlugin as default } from ${JSON.stringify(source)}\n`,
  })
  const host = await startTestHost({ plugins: join(folder, 'plugins'), ...options })
  const close = async () => {
    await host.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { ...host, close }
}

/** What a client of revision 2026-07-28 can be asked. */
export const everything = { elicitation: {}, sampling: {}, roots: {} } as const

/** One round of a call. */
export interface Round {
  readonly args?: Readonly<Record<string, unknown>>
  /** Declared with the request; everything by default. */
  readonly capabilities?: Readonly<Record<string, unknown>>
  readonly inputResponses?: unknown
  readonly requestState?: unknown
  readonly meta?: Readonly<Record<string, unknown>>
}

/** Calls a tool at revision 2026-07-28, as a client that can be asked everything. */
export function askTool(url: string, token: string, name: string, round: Round = {}): Promise<WireAnswer> {
  const { args = {}, capabilities = everything, meta, ...retry } = round
  const _meta = { 'io.modelcontextprotocol/clientCapabilities': capabilities, ...meta }
  return postModern(url, token, { method: 'tools/call', params: { name, arguments: args, ...retry, _meta } })
}

/** What an answer asks for. */
export function askedIn(answer: WireAnswer): {
  readonly inputRequests: Readonly<
    Record<string, { readonly method: string; readonly params: Record<string, unknown> }>
  >
  readonly requestState: string
} {
  const result = answer.result()
  if (result['resultType'] !== 'input_required') throw new TypeError(`nothing is asked: ${answer.text}`)
  return result as unknown as ReturnType<typeof askedIn>
}

/** The text of a result. */
export function textOf(answer: WireAnswer): string {
  const [first] = answer.result()['content'] as readonly { readonly text: string }[]
  return first?.text ?? ''
}
