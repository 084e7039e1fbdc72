/** What the table needs to know of a client. */
export interface LimitedClient {
  readonly id: string
  readonly name: string
}

/** One documented limit. */
interface Sourced {
  readonly source: string
  readonly saidOn: string
}

/** The documented limits of a client. */
export interface DocumentedLimits {
  readonly toolName?: Sourced & {
    readonly most: number
    readonly refuses?: RegExp
    readonly otherwise: string
    readonly frame: (server: string, tool: string) => string
  }
  readonly toolCount?: Sourced & { readonly most: number; readonly otherwise: string }
  readonly withoutStepUp?: Sourced & { readonly asksForAll: boolean }
}

const marked = /(<!-- client-limits -->\n)[\s\S]*?(<!-- \/client-limits -->)/g

/** Fills each part of a page between `<!-- client-limits -->` and `<!-- /client-limits -->` with the table of them. */
export function fillClientLimits(
  text: string,
  clients: readonly LimitedClient[],
  limits: Readonly<Record<string, DocumentedLimits>>,
): string {
  const rows = clients.flatMap(({ id, name }) => rowsOf(name, limits[id] ?? {}))
  const table = ['| client | limit | otherwise | said |', '| --- | --- | --- | --- |', ...rows].join('\n')
  return text.replaceAll(marked, (_, open: string, close: string) => `${open}\n${table}\n\n${close}`)
}

function rowsOf(name: string, { toolName, toolCount, withoutStepUp }: DocumentedLimits): readonly string[] {
  return [
    ...(toolName === undefined ? [] : [row(name, nameText(toolName), toolName.otherwise, toolName)]),
    ...(toolCount === undefined
      ? []
      : [row(name, `${toolCount.most} tools, those of other servers included`, toolCount.otherwise, toolCount)]),
    ...(withoutStepUp === undefined
      ? []
      : [
          row(
            name,
            'no step-up',
            withoutStepUp.asksForAll
              ? 'it asks for all that the host advertises'
              : 'only what its first sign-in asked for',
            withoutStepUp,
          ),
        ]),
  ]
}

function nameText({ most, frame, refuses }: NonNullable<DocumentedLimits['toolName']>): string {
  const shape = `names of ${most} characters as \`${frame('SERVER', 'TOOL')}\``
  return refuses === undefined ? shape : `${shape}, of letters, digits, \`_\` and \`-\``
}

function row(name: string, limit: string, otherwise: string, { source, saidOn }: Sourced): string {
  return `| ${name} | ${limit} | ${otherwise} | [${saidOn}](${source}) |`
}
