import { expect } from 'chai'
import {
  ConfigError,
  resolveConfig,
  type ConfigFault,
  type ConfigFaultCode,
  type ResolvedConfig,
} from '@toolgate/config'
import { join } from 'node:path'

/** Where the configs of the tests stand. */
export const folder = join(import.meta.dirname, 'nowhere')

/** Resolves a config that nothing is wrong with. */
export function resolved(config: object, environment: Record<string, string> = {}): ResolvedConfig {
  return resolveConfig(config, { folder, environment })
}

/** Everything that is wrong with a config. */
export function faultsOf(config: unknown, environment: Record<string, string> = {}): readonly ConfigFault[] {
  try {
    resolveConfig(config, { folder, environment })
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}

/** A config with one thing wrong, and how that is told. */
export type FaultCase = readonly [
  when: string,
  config: unknown,
  code: ConfigFaultCode,
  path: string,
  message: RegExp,
  mend: RegExp,
]

/** One test per case: exactly one fault, with this code, path and mend. */
export function itNamesEach(cases: readonly FaultCase[]): void {
  for (const [when, config, code, path, message, mend] of cases) {
    it(`names ${code} at "${path}" when ${when}`, () => {
      const faults = faultsOf(config)
      expect(faults.map((one) => `${one.code} ${one.path}`)).to.deep.equal([`${code} ${path}`])
      expect(faults[0]?.message).to.match(message)
      expect(faults[0]?.mend).to.match(mend)
    })
  }
}
