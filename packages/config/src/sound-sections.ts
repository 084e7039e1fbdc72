import { checkShape, type ShapeFault } from './check-shape.ts'
import type { CompleteConfig } from './complete-config.ts'

/**
 * The config without what is broken, completed with defaults, so that rules that span keys are told together with faults of
 * shape. A key that is unknown goes alone; a broken scope or issuer goes whole, and an issuer leaves a gap that keeps the
 * others' indexes; of other sections nothing stays.
 */
export function soundSections(plain: object, faults: readonly ShapeFault[]): CompleteConfig {
  const sound = structuredClone(plain) as Record<string, unknown>
  for (const { fault, keys } of faults) {
    remove(sound, fault.code === 'unknown_key' ? keys : keys.slice(0, depthOf(keys)))
  }
  checkShape(sound)
  return sound as unknown as CompleteConfig
}

function depthOf([section]: readonly string[]): number {
  return section === 'scopes' || section === 'authorizationServers' ? 2 : 1
}

function remove(root: Record<string, unknown>, keys: readonly string[]): void {
  let parent: unknown = root
  for (const key of keys.slice(0, -1)) parent = isKeyed(parent) ? parent[key] : undefined
  const last = keys.at(-1)
  if (last === undefined || !isKeyed(parent)) return
  if (Array.isArray(parent)) parent[Number(last)] = undefined
  else Reflect.deleteProperty(parent, last)
}

function isKeyed(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
