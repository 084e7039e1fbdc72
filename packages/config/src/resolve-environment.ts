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
const maxDepth = 64

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
  const refuse = (path: string): typeof absent => {
    const mend = 'Use plain objects, lists, texts, numbers, true and false alone.'
    faults.push(fault('bad_value', path, 'is not plain data', mend))
    return absent
  }
  const walk = (value: unknown, path: string, depth: number): unknown => {
    if (isEnvReference(value)) return lookUp(value, path)
    if (!isPlainData(value) || depth > maxDepth) return refuse(path)
    if (Array.isArray(value)) {
      const items = value.map((item: unknown, index) => walk(item, pathTo(path, index), depth + 1))
      return items.filter((item) => item !== absent)
    }
    if (typeof value !== 'object' || value === null) return value
    // A key with undefined is a key that was left out, as TypeScript files often have them.
    const present = Object.entries(value).filter(([, child]) => child !== undefined)
    const entries = present.map(([key, child]) => [key, walk(child, pathTo(path, key), depth + 1)] as const)
    return Object.fromEntries(entries.filter(([, child]) => child !== absent))
  }
  return { config: Object(walk(config, '', 0)) as object, secrets, faults }
}

function isPlainData(value: unknown): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object') return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null
}
