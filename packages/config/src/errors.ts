import type { ConfigFault } from './config-fault.ts'

/** A config that is missing, cannot be read or cannot be used; every fault at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code = 'config_unusable'
  /** Absolute path of the file, if there is one. */
  readonly file: string | undefined
  readonly faults: readonly ConfigFault[]

  constructor(file: string | undefined, faults: readonly ConfigFault[], options?: ErrorOptions) {
    super(faults.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; '), options)
    this.file = file
    this.faults = Object.freeze([...faults])
  }
}
