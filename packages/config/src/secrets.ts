import type { ResolvedConfig } from './resolved-config.ts'
import { secretValues } from './secret-values.ts'

/** The shortest value that is looked for inside other text: shorter ones would tear words apart. */
const shortest = 4
const mark = '[redacted]'

/** The values that came from the environment, of four characters and more, for the log to redact. */
export function secretsOf(config: ResolvedConfig): readonly string[] {
  return (config[secretValues]?.list() ?? []).filter((value) => value.length >= shortest)
}

/** A copy of the config that may be shown: what came from the environment is `[redacted]`, also inside longer text. */
export function redact(config: ResolvedConfig): ResolvedConfig {
  const values = config[secretValues]?.list() ?? []
  return redactValue(config, values) as ResolvedConfig
}

function redactValue(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return redactText(value, secrets)
  if (Array.isArray(value)) return value.map((item) => redactValue(item, secrets))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, redactValue(child, secrets)]))
}

function redactText(text: string, secrets: readonly string[]): string {
  if (secrets.includes(text)) return mark
  return secrets
    .filter((secret) => secret.length >= shortest)
    .reduce((result, secret) => result.replaceAll(secret, mark), text)
}
