import { canonicalJson } from '@toolgate/audit'
import type { ResolvedConfig } from '@toolgate/config'
import type { Registry } from '@toolgate/registry'
import { createHash } from 'node:crypto'
import { formatPins } from '../lock/format-pins.ts'
import { pinsOf } from '../lock/pins-of.ts'

/**
 * Tells configuration and plugins of one start from those of another: a worker that is started later must judge as the first one does.
 * How many workers there are is not part of it. Does NOT see: the code of a plugin behind what it offers.
 */
export function fingerprintOf(config: ResolvedConfig, registry: Registry): string {
  const { workers, ...rest } = config
  const plain: unknown = JSON.parse(JSON.stringify(rest))
  const parts = [canonicalJson(plain), registry.catalogue.generation, formatPins(pinsOf({ config, ...registry }))]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}
