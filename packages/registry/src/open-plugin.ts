import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '@toolgate/plugin'
import { refuse, type Checked } from './checked.ts'
import { TimeLimitError } from './errors.ts'
import { reasonOf, type ImportedPlugin } from './import-plugin.ts'
import { unknownKeys } from './known-keys.ts'
import type { Finding } from './load-fault.ts'
import { offerKeys, readOffers, type Offers } from './offers.ts'
import { isPlainObject } from './plain-object.ts'
import { loadSchema } from './schema/load-schema.ts'
import { createValidator } from './schema/validator.ts'
import { settingMend } from './setting-mend.ts'
import { createTelling, tellsNothing, type PluginNews, type Tells } from './telling.ts'
import { withTimeLimit } from './with-time-limit.ts'

/** A plugin whose `setup` has run; what it offers is not yet checked. */
export interface OpenedPlugin {
  readonly offers: Offers
  readonly notConfigured: string | undefined
  readonly close: () => Promise<void>
  readonly tells: Tells
}

/** What a plugin is opened with. */
export interface OpenOptions {
  /** What the operator set, not yet validated; undefined if nothing. */
  readonly settings: Readonly<Record<string, unknown>> | undefined
  /** Absolute path of the host's state folder. */
  readonly dataFolder: string
  readonly logger: Logger
  /** Milliseconds that `setup` may take. */
  readonly timeLimit: number
  readonly news: PluginNews
}

/** Validates the operator's settings and runs the plugin's `setup`. */
export async function openPlugin(plugin: ImportedPlugin, options: OpenOptions): Promise<Checked<OpenedPlugin>> {
  const settings = resolveSettings(plugin, options.settings)
  if (!settings.ok) return settings
  if (plugin.setup === undefined) {
    const offers = plugin.offers ?? readOffers({}).offers
    return {
      ok: true,
      value: { offers, notConfigured: undefined, close: () => Promise.resolve(), tells: tellsNothing },
    }
  }
  try {
    const dataFolder = join(options.dataFolder, 'plugins', plugin.name)
    await mkdir(dataFolder, { recursive: true, mode: 0o700 })
    const { logger, news } = options
    const telling = createTelling({ settings: settings.value, logger, dataFolder }, news)
    const result = await runSetup(plugin.setup, telling.context, options)
    return await checkSetup(result, telling.end())
  } catch (error) {
    return { ok: false, findings: [setupFault(error)] }
  }
}

async function runSetup(
  setup: NonNullable<ImportedPlugin['setup']>,
  context: Parameters<NonNullable<ImportedPlugin['setup']>>[0],
  { timeLimit, logger }: OpenOptions,
): Promise<unknown> {
  const running = (async (): Promise<unknown> => setup(context))()
  try {
    return await withTimeLimit(running, timeLimit)
  } catch (error) {
    if (error instanceof TimeLimitError) {
      // Whatever it opens after all must not stay open in a host that does without it.
      running
        .then(closerOf)
        .then(
          (close) => close(),
          (late: unknown) => {
            logger.warn('a setup that was given up failed', { error: reasonOf(late) })
          },
        )
        .catch((late: unknown) => {
          logger.warn('a setup that was given up could not be closed', { error: reasonOf(late) })
        })
    }
    throw error
  }
}

function resolveSettings(
  plugin: ImportedPlugin,
  given: Readonly<Record<string, unknown>> | undefined,
): Checked<Readonly<Record<string, unknown>>> {
  const at = `plugins.settings[${JSON.stringify(plugin.name)}]`
  if (plugin.settings === undefined) {
    if (given === undefined || Object.keys(given).length === 0) return { ok: true, value: Object.freeze({}) }
    const message = `${at} is set, and the plugin takes no settings`
    return refuse('settings_unexpected', message, 'Remove the settings from mcp.config.ts.')
  }
  const schema = loadSchema('settings', plugin.settings, 'object', (source) => createValidator(source, true))
  if (!schema.ok) return schema
  const result = schema.value.compiled(given ?? {})
  if (result.ok) return { ok: true, value: result.value as Readonly<Record<string, unknown>> }
  const findings = result.faults.map((fault): Finding => {
    const { pointer, message } = fault
    const mend = settingMend(plugin.settings, fault)
    return { code: 'settings_invalid', message: `${at}${pointer} ${message}`, mend, pointer }
  })
  return { ok: false, findings }
}

async function checkSetup(result: unknown, tells: Tells): Promise<Checked<OpenedPlugin>> {
  if (!isPlainObject(result)) {
    const mend = 'Return { tools } from setup.'
    return refuse('bad_plugin', 'its setup returned no object', mend)
  }
  const findings = unknownKeys('what setup returned', result, [...offerKeys, 'notConfigured', 'close'])
  const { notConfigured, close } = result
  const read = readOffers(result)
  findings.push(...read.findings)
  if (notConfigured === undefined && offerKeys.every((key) => result[key] === undefined)) {
    const mend = 'Return { tools: [...] }, or resources, resourceTemplates or prompts.'
    findings.push({ code: 'bad_plugin', message: 'its setup returned no list of tools, and no other', mend })
  }
  if (notConfigured !== undefined && (typeof notConfigured !== 'string' || notConfigured.trim() === '')) {
    const mend = 'Say in one sentence what the operator must set.'
    findings.push({ code: 'bad_plugin', message: 'notConfigured is not a sentence', mend })
  }
  if (close !== undefined && typeof close !== 'function') {
    findings.push({ code: 'bad_plugin', message: 'close is not a function', mend: 'Write close() { ... }.' })
  }
  const closeAll = closerOf(result)
  if (findings.length === 0) {
    return {
      ok: true,
      value: { offers: read.offers, notConfigured: notConfigured as string | undefined, close: closeAll, tells },
    }
  }
  await closeAll().catch(() => undefined)
  return { ok: false, findings }
}

function closerOf(result: unknown): () => Promise<void> {
  return async () => {
    if (isPlainObject(result) && typeof result['close'] === 'function') await result['close'].call(result)
  }
}

function setupFault(error: unknown): Finding {
  if (error instanceof TimeLimitError) {
    const mend = 'Open what is slow on the first call, or give it a time-out of its own.'
    return { code: 'setup_timeout', message: `its setup is ${error.message}`, mend }
  }
  const mend = 'Correct its settings or the plugin; the reason is what setup threw.'
  return { code: 'setup_failed', message: `its setup failed: ${reasonOf(error)}`, mend }
}
