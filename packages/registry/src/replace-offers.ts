import { refuse, type Checked } from './checked.ts'
import { duplicateTools } from './duplicate-tools.ts'
import { unknownKeys } from './known-keys.ts'
import type { LoadedPlugin } from './load-plugin.ts'
import { checkOffers, offerKeys, readOffers } from './offers.ts'
import { isPlainObject } from './plain-object.ts'
import type { ToolRules } from './tool-rule.ts'

/**
 * The plugins with one of them offering something else, checked as when it was loaded; but it may offer nothing any more.
 *
 * @param source what the plugin gives in the place of all that it offered
 */
export function replaceOffers(
  plugins: readonly LoadedPlugin[],
  name: string,
  source: unknown,
  rules: ToolRules,
): Checked<readonly LoadedPlugin[]> {
  const plugin = plugins.find((each) => each.name === name)
  if (plugin === undefined) return refuse('bad_plugin', 'it was left out', 'Correct what keeps it from being loaded.')
  if (!isPlainObject(source)) {
    return refuse('bad_plugin', 'changed was given no object', 'Give all that the plugin offers: { tools, ... }.')
  }
  const read = readOffers(source)
  const findings = [...unknownKeys('what changed was given', source, [...offerKeys]), ...read.findings]
  if (findings.length > 0) return { ok: false, findings }
  const checked = checkOffers(name, read.offers, rules, true)
  if (!checked.ok) return checked
  const replaced = plugins.map((each) => (each === plugin ? { ...plugin, ...checked.value } : each))
  const duplicates = duplicateTools(replaced).filter((fault) => fault.plugin === name)
  return duplicates.length > 0 ? { ok: false, findings: duplicates } : { ok: true, value: replaced }
}
