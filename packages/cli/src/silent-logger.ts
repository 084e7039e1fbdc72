import type { Logger } from '@toolgate/plugin'

const nothing = () => undefined

/** For commands that print what matters themselves. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing }
