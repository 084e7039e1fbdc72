import type { Tool } from '@toolgate/plugin'
import { checkTool, type CheckedTool } from './check-tool.ts'
import { findingsOf, type Checked } from './checked.ts'
import type { ToolRules } from './tool-rule.ts'

/** Stands where the name of a plugin does for tools of the host itself. No plugin can be named so. */
export const hostPlugin = '(host)'

/** Checks the tools of the host itself as those of a plugin are checked; only the reserved names are theirs. */
export function checkHostTools(tools: readonly Tool[], rules: ToolRules): Checked<readonly CheckedTool[]> {
  const checked = tools.map((tool, index) => checkTool(hostPlugin, index, tool, rules, true))
  const findings = findingsOf(...checked)
  if (findings.length > 0) return { ok: false, findings }
  return { ok: true, value: checked.flatMap((tool) => (tool.ok ? [tool.value] : [])) }
}
