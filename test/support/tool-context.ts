import {
  testContext,
  type Logger,
  type Plugin,
  type PluginSetup,
  type PluginSetupContext,
  type Tool,
  type ToolContext,
} from '@toolgate/plugin'

/** One line that a plugin logged. */
export interface LogLine {
  readonly level: keyof Logger
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>> | undefined
}

/** A logger that keeps its lines, so that a test can look for what must, or must not, be there. */
export function recordingLogger(): { readonly logger: Logger; readonly lines: LogLine[] } {
  const lines: LogLine[] = []
  const at = (level: keyof Logger) => (message: string, fields?: Readonly<Record<string, unknown>>) => {
    lines.push({ level, message, fields })
  }
  return { lines, logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } }
}

/** A call's context as the host would build it: the caller is `ada` of `https://issuer.example` unless told otherwise. */
export function toolContext(
  overrides: Partial<Omit<ToolContext, 'principal'>> & { readonly issuer?: string; readonly subject?: string } = {},
): ToolContext {
  const { issuer = 'https://issuer.example', subject = 'ada', ...rest } = overrides
  const principal = { issuer, subject, clientId: 'client', scopes: [], claims: {} }
  return testContext({ principal, logger: recordingLogger().logger, requestId: 'request-1', ...rest })
}

/** Sets a plugin up as the host does, without the schema: give every setting that has a default. */
export async function setUpPlugin(plugin: Plugin, context: Partial<PluginSetupContext>): Promise<PluginSetup> {
  if (!plugin.setup) throw new TypeError(`The plugin ${plugin.name} has no setup`)
  const told = { resourceUpdated: () => undefined, changed: () => Promise.resolve(true) }
  return plugin.setup({
    settings: {},
    logger: recordingLogger().logger,
    dataFolder: '/nonexistent',
    ...told,
    ...context,
  })
}

/** Calls a tool of a plugin by name, with arguments that are already validated and defaulted. */
export async function callTool(
  setup: PluginSetup,
  name: string,
  args: Readonly<Record<string, unknown>>,
  context: ToolContext = toolContext(),
): Promise<unknown> {
  const tool: Tool | undefined = setup.tools?.find((candidate) => candidate.name === name)
  if (!tool) throw new TypeError(`There is no tool ${name}`)
  return tool.handler(args as never, context)
}

/** What a promise rejects with; a promise that is fulfilled is the failure of the test. */
export async function rejectionOf(promise: Promise<unknown>): Promise<Error> {
  let value: unknown
  try {
    value = await promise
  } catch (error) {
    if (error instanceof Error) return error
    throw new TypeError(`Rejected with ${typeof error} instead of an Error`, { cause: error })
  }
  throw new TypeError(`Fulfilled with ${JSON.stringify(value)} instead of a rejection`)
}
