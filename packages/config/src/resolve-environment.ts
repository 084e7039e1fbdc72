import { fault, type ConfigFault } from './config-fault.ts'
import { pathTo } from './config-path.ts'
import { isEnvReference, type EnvReference } from './env.ts'

/** The environment, as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A config whose values from the environment are in their places. */
export interface EnvironmentResolution {
  /** A copy without references. */
  readonly config: object
  readonly secrets: readonly string[]
  readonly faults: readonly ConfigFault[]
}

const absent = Symbol('absent')

/** Puts values of the environment in the place of `env(...)`. An empty variable counts as unset. */
export function resolveEnvironment(config: object, environment: Environment): EnvironmentResolution {
  const secrets: string[] = []
  const faults: ConfigFault[] = []
  const lookUp = (reference: EnvReference, path: string): string | typeof absent => {
    const value = Object.hasOwn(environment, reference.$env) ? environment[reference.$env] : undefined
    if (value !== undefined && value !== '') {
      secrets.push(value)
      return value
    }
    if (typeof reference.default === 'string') return reference.default
    if (reference.optional !== true) {
      const mend = `Set ${reference.$env}, or write env('${reference.$env}', { optional: true }).`
      faults.push(fault('env_unset', path, `needs the environment variable ${reference.$env}, which is not set`, mend))
    }
    return absent
  }
  const walk = (value: unknown, path: string): unknown => {
    if (isEnvReference(value)) return lookUp(value, path)
    if (Array.isArray(value)) {
      return value.map((item: unknown, index) => walk(item, pathTo(path, index))).filter((item) => item !== absent)
    }
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value).map(([key, child]) => [key, walk(child, pathTo(path, key))] as const)
    // An undefined key is a key that was left out, as TypeScript files often have them.
    return Object.fromEntries(entries.filter(([, child]) => child !== absent && child !== undefined))
  }
  return { config: Object(walk(config, '')) as object, secrets, faults }
}
