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
 * Cuts out of a text whatever looks like a token, and every secret: as they stand in JSON, since that is what leaves.
 *
 * @param secrets values from the environment; those of under four characters would cut up everything
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((secret) => secret.length >= 4).map((secret) => JSON.stringify(secret).slice(1, -1))
  return (text) =>
    known.reduce((cut, secret) => cut.replaceAll(secret, '[redacted]'), text.replace(tokens, '[redacted]'))
}

/**
 * The host's log: JSON lines on standard error. Whatever looks like a token, and every configured secret, is cut out of the
 * finished line, so that no field, message or stack of anybody can carry one.
 */
export function createLogger(options: LoggerOptions): Logger {
  const write = options.write ?? ((line: string) => process.stderr.write(line))
  const redacted = createRedactor(options.secrets)
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
