import type { Logger } from '@toolgate/plugin'

/** A logger that puts the plugin's name on every line; the plugin cannot change it. */
export function pluginLogger(logger: Logger, plugin: string): Logger {
  return Object.freeze<Logger>({
    debug: (message, fields) => {
      logger.debug(message, { ...fields, plugin })
    },
    info: (message, fields) => {
      logger.info(message, { ...fields, plugin })
    },
    warn: (message, fields) => {
      logger.warn(message, { ...fields, plugin })
    },
    error: (message, fields) => {
      logger.error(message, { ...fields, plugin })
    },
  })
}
