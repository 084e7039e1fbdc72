import { expect } from 'chai'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchChromium, openScreen, screens } from '../support/chromium.ts'
import { expectReadable, keepScreenshot, pressTab } from '../support/page-checks.ts'
import { startRepositoryHost, type RepositoryHost } from '../support/repository-host.ts'

describe('the pages of the host in Chromium without JavaScript', () => {
  let host: RepositoryHost
  let browser: Browser

  before(async () => {
    browser = await launchChromium()
    host = await startRepositoryHost()
  })
  after(async () => {
    await browser.close()
    await host.close()
  })

  for (const screen of screens) {
    describe(`on a ${screen.name}, ${screen.colorScheme}`, () => {
      let context: BrowserContext
      let page: Page
      const keep = (name: string) => keepScreenshot(page, `${name}-${screen.name}-${screen.colorScheme}`)

      beforeEach(async () => {
        context = await openScreen(browser, screen)
        page = await context.newPage()
      })
      afterEach(() => context.close())

      it('says at / how to connect, and opens the lines of a client by keyboard', async () => {
        await page.goto(host.origin)
        await expectReadable(page)
        await keep('landing')
        expect(await page.getByText(host.url, { exact: true }).first().isVisible()).to.equal(true)
        const lines = page.locator('details pre')
        expect(await lines.first().isVisible()).to.equal(false)
        await pressTab(page)
        await page.keyboard.press('Enter')
        expect(await lines.first().isVisible()).to.equal(true)
        for (const summary of (await page.locator('summary').all()).slice(1)) await summary.click()
        await expectReadable(page)
        await keep('landing-open')
      })

      it('says at the MCP URL, and elsewhere, what to do instead', async () => {
        await page.goto(host.url)
        await expectReadable(page)
        await keep('mcp-url')
        await page.getByRole('link').click()
        expect(page.url()).to.equal(`${host.origin}/`)
        const answer = await page.goto(`${host.origin}/nothing`)
        expect(answer?.status()).to.equal(404)
        await expectReadable(page)
      })

      it('gives somebody at localhost the right address', async () => {
        const answer = await page.goto(host.origin.replace('127.0.0.1', 'localhost'))
        expect(answer?.status()).to.equal(403)
        expect(await page.locator('main').innerText()).to.include(host.url)
        await expectReadable(page)
        await keep('localhost')
        await page.getByRole('link').click()
        expect(page.url()).to.equal(`${host.origin}/`)
        expect(await page.getByRole('heading', { name: 'MCP URL' }).count()).to.equal(1)
      })
    })
  }
})
