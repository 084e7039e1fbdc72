import { chromium, type Browser, type BrowserContext } from 'playwright-core'
import { existsSync } from 'node:fs'

const executablePath = '/usr/bin/chromium'

/** Where a person reads. */
export interface Screen {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly colorScheme: 'light' | 'dark'
}

/** A phone and a desktop, light and dark. */
export const screens: readonly Screen[] = [
  { name: 'phone', width: 390, height: 844 },
  { name: 'desktop', width: 1280, height: 800 },
].flatMap((size) => (['light', 'dark'] as const).map((colorScheme) => ({ ...size, colorScheme })))

/**
 * Starts Debian's Chromium, which calls nobody by itself.
 *
 * @throws Error with the line that installs it
 */
export async function launchChromium(): Promise<Browser> {
  if (!existsSync(executablePath)) {
    throw new Error(`${executablePath} is missing: apt-get update && apt-get install -y chromium`)
  }
  const args = [
    '--no-sandbox',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
  ]
  return chromium.launch({ executablePath, args })
}

/** A browser of somebody's own: no cookies, no JavaScript. */
export function openScreen(browser: Browser, { width, height, colorScheme }: Screen): Promise<BrowserContext> {
  return browser.newContext({ viewport: { width, height }, colorScheme, javaScriptEnabled: false })
}
