import type { ToolSummary } from '@toolgate/core'
import { printTable } from './print-table.ts'
import { requirementText } from './requirement-text.ts'
import type { Terminal } from './terminal.ts'

const reachText = {
  initial: 'first sign-in',
  'step-up': 'step-up',
  grant: 'a rule of grants, no sign-in',
  concealed: 'concealed: only with its scopes already held',
  unreachable: 'never reachable by step-up',
} as const

/** The table of tools: what each needs, and how a client gets to it. */
export function printTools(terminal: Terminal, tools: readonly ToolSummary[]): void {
  if (tools.length === 0) return
  const rows = tools.map((tool) => {
    const reach = reachText[tool.reach]
    return [
      tool.tool,
      tool.plugin,
      requirementText(tool),
      tool.reach === 'unreachable' ? terminal.warning(reach) : reach,
    ]
  })
  printTable(terminal, ['TOOL', 'PLUGIN', 'SCOPES', 'REACHED BY'], rows)
}

/** Plugins that wait for the operator, and what is not wrong but should be known. */
export function printNotices(
  terminal: Terminal,
  notices: {
    readonly notConfigured: readonly { readonly plugin: string; readonly reason: string }[]
    readonly warnings: readonly string[]
  },
): void {
  for (const { plugin, reason } of notices.notConfigured) {
    terminal.print(`${terminal.warning('not configured')}  ${plugin}: ${reason}`)
  }
  for (const warning of notices.warnings) terminal.print(`${terminal.warning('warning')}  ${warning}`)
}
