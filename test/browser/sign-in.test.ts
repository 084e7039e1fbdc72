import { expect } from 'chai'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { registerCallbackClient, type CallbackClient } from '../support/callback-client.ts'
import { launchChromium, openScreen, screens } from '../support/chromium.ts'
import { expectReadable, focused, keepScreenshot, pressTab } from '../support/page-checks.ts'
import { firstUser, startRepositoryHost, type RepositoryHost } from '../support/repository-host.ts'

const user = { name: 'robin', password: firstUser.password }
const asked = 'hello:read notes:read notes:write files:write'

describe('sign-in and consent in Chromium without JavaScript', () => {
  let host: RepositoryHost
  let browser: Browser
  let client: CallbackClient

  before(async () => {
    browser = await launchChromium()
    host = await startRepositoryHost()
    host.users.add({ ...user, scopes: ['hello:read', 'notes:read', 'notes:write'] })
    client = await registerCallbackClient(host, 'Desk assistant')
  })
  // Whatever of them was started, when a later one failed.
  after(async () => {
    await Promise.all([closed(browser), closed(client), closed(host)])
  })

  async function signIn(page: Page, password: string = user.password): Promise<void> {
    await page.getByLabel('User name').fill(user.name)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }

  for (const screen of screens) {
    describe(`on a ${screen.name}, ${screen.colorScheme}`, () => {
      let context: BrowserContext
      let page: Page
      const keep = (name: string) => keepScreenshot(page, `${name}-${screen.name}-${screen.colorScheme}`)

      beforeEach(async () => {
        context = await openScreen(browser, screen)
        page = await context.newPage()
        await page.goto(client.authorizationUrl(asked))
      })
      afterEach(() => context.close())

      it('shows a sign-in page that one can read, and says so when the password is wrong', async () => {
        await expectReadable(page)
        await keep('sign-in')
        await signIn(page, 'a wrong password')
        expect(await page.getByRole('alert').count()).to.equal(1)
        expect(await page.getByLabel('User name').inputValue()).to.equal(user.name)
        await expectReadable(page)
        await keep('sign-in-wrong')
      })

      it('shows a consent page with each scope, its description and its tools', async () => {
        await signIn(page)
        await expectReadable(page)
        await keep('consent')
        const boxes = page.getByRole('checkbox')
        expect(await boxes.count()).to.equal(3)
        const write = page.getByRole('checkbox', { name: /Create and delete your notes notes:write.*notes_create/ })
        expect(await write.isChecked()).to.equal(true)
        const withheld = page.getByRole('region', { name: 'Your account does not have this' })
        expect(await withheld.innerText())
          .to.include('Write new files')
          .and.include('files_write')
      })

      it('gives the client what was left ticked', async () => {
        await signIn(page)
        await page.getByRole('checkbox', { name: /notes:write/ }).uncheck()
        await page.getByRole('button', { name: 'Allow' }).click()
        await page.waitForURL(/\/callback\?/)
        expect(await client.redeem(page.url())).to.deep.equal(['hello:read', 'notes:read'])
      })

      it('says so when nothing is ticked', async () => {
        await signIn(page)
        for (const box of await page.getByRole('checkbox').all()) await box.uncheck()
        await page.getByRole('button', { name: 'Allow' }).click()
        expect(await page.getByRole('alert').innerText()).to.include('Nothing is ticked')
        await expectReadable(page)
        await keep('consent-nothing')
      })

      it('leads back to the client on Cancel, and to the sign-in on "Use another account"', async () => {
        await signIn(page)
        await page.getByRole('button', { name: 'Use another account' }).click()
        expect(await page.getByLabel('Password').count()).to.equal(1)
        await page.getByRole('button', { name: 'Cancel' }).click()
        await page.waitForURL(/\/callback\?/)
        expect(new URL(page.url()).searchParams.get('error')).to.equal('access_denied')
      })

      it('says in words that a sign-in is over', async () => {
        const address = page.url()
        await context.clearCookies()
        const answer = await page.goto(address)
        expect(answer?.status()).to.equal(400)
        await expectReadable(page)
        await keep('over')
      })
    })
  }

  it('needs a keyboard alone, and shows where the focus is', async () => {
    const [screen] = screens
    if (screen === undefined) throw new Error('no screen')
    const context = await openScreen(browser, screen)
    const page = await context.newPage()
    await page.goto(client.authorizationUrl(asked))
    expect(await focused(page)).to.equal('user')
    await page.keyboard.type(user.name)
    expect(await pressTab(page)).to.equal('password')
    await page.keyboard.type(user.password)
    expect(await pressTab(page)).to.equal('Sign in')
    expect(await pressTab(page)).to.equal('Cancel')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    await page.waitForSelector('fieldset')

    expect(await pressTab(page)).to.equal('hello:read')
    expect(await pressTab(page)).to.equal('notes:read')
    await keepScreenshot(page, 'focus-on-a-scope')
    expect(await pressTab(page)).to.equal('notes:write')
    await page.keyboard.press('Space')
    expect(await pressTab(page)).to.equal('Allow')
    expect(await pressTab(page)).to.equal('Cancel')
    expect(await pressTab(page)).to.equal('Use another account')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/callback\?/)
    expect(await client.redeem(page.url())).to.deep.equal(['hello:read', 'notes:read'])
    await context.close()
  })
})

async function closed(part: { close(): Promise<void> } | undefined): Promise<void> {
  await part?.close()
}
