/**
 * Where a value comes from the environment. A plain object, so that a JSON or YAML file can say the same:
 * `{ "$env": "TAVILY_API_KEY", "optional": true }`.
 */
export interface EnvReference {
  /** Name of the variable. */
  readonly $env: string
  /** Stands in when the variable is unset or empty. Not a secret: it is written in the file. */
  readonly default?: string
  /** Leaves the key out when the variable is unset or empty, in the place of a fault. */
  readonly optional?: boolean
}

const variable = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * Takes a value from the environment when the config is loaded. What comes from there is a secret: it never stands in a
 * fault, in what `redact` gives or in the log. For what is no secret, read `process.env` in the file.
 *
 * @throws TypeError for a name that no variable can have
 */
export function env(name: string, options: Omit<EnvReference, '$env'> = {}): EnvReference {
  if (!variable.test(name)) throw new TypeError(`${JSON.stringify(name)} is not the name of an environment variable`)
  return Object.freeze({ $env: name, ...options })
}

/** Whether a value of the config is to be taken from the environment. */
export function isEnvReference(value: unknown): value is EnvReference {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.hasOwn(value, '$env') &&
    '$env' in value &&
    typeof value.$env === 'string'
  )
}
