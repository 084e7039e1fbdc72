import type { Logger as PluginLogger } from '@toolgate/plugin'
import { pino, type Logger } from 'pino'

/** Compact JWTs, and whatever follows `Bearer` or `DPoP`. */
const tokens = /eyJ[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)*|(?<=\b(?:Bearer|DPoP) )[A-Za-z0-9._~+/=-]{8,}/g

/** What a log is made with. */
export interface LoggerOptions {
  /** The least severe level that is written: `debug`, `info`, `warn`, `error` or `silent`. */
  readonly level: string
  /** Values from the environment that must not appear. */
  readonly secrets: readonly string[]
  /** Where finished lines go; standard error by default. */
  readonly write?: (line: string) => void
}

/**
 * The host's log: JSON lines on standard error. Whatever looks like a token, and every configured secret, is cut out of the
 * finished line, so that no field, message or stack of anybody can carry one.
 */
export function createLogger(options: LoggerOptions): Logger {
  const secrets = options.secrets
    .filter((secret) => secret.length >= 4)
    .map((secret) => JSON.stringify(secret).slice(1, -1))
  const write = options.write ?? ((line: string) => process.stderr.write(line))
  const redacted = (line: string) =>
    secrets.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), line.replace(tokens, '[redacted]'))
  return pino(
    { level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    {
      write: (line: string) => {
        write(redacted(line))
      },
    },
  )
}

/** The host's log in the form that plugins and packages below the host know. */
export function toPluginLogger(logger: Logger): PluginLogger {
  return {
    debug: (message, fields = {}) => {
      logger.debug(fields, message)
    },
    info: (message, fields = {}) => {
      logger.info(fields, message)
    },
    warn: (message, fields = {}) => {
      logger.warn(fields, message)
    },
    error: (message, fields = {}) => {
      logger.error(fields, message)
    },
  }
}
