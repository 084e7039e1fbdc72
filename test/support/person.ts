import { openBrowser, textOf, type BrowserPage } from './form-browser.ts'

/** Somebody at a browser without JavaScript, who keeps its cookies. */
export interface Person {
  /** The scopes to leave ticked on the next consent pages; what the page ticked if undefined. */
  ticked: readonly string[] | undefined
  /** What stood on each consent page, as text. */
  readonly consents: readonly string[]
  /** How often the password was asked for. */
  signIns(): number
  /** Signs in where that is asked for, consents, and returns the redirect to the client. */
  visit(authorizationUrl: URL): Promise<URL>
}

/** Sits somebody down at a browser with an empty cookie jar. */
export function createPerson(origin: string, user: string, password: string): Person {
  const browser = openBrowser(origin)
  const consents: string[] = []
  let signIns = 0
  const arrived = ({ url, status }: BrowserPage) => status === 0 && url.origin !== origin
  return {
    ticked: undefined,
    consents,
    signIns: () => signIns,
    async visit(authorizationUrl) {
      let page = await browser.open(authorizationUrl)
      if (page.html.includes('type="password"')) {
        signIns += 1
        page = await browser.submit(page, { fields: { user, password }, press: 'Sign in' })
      }
      if (!arrived(page)) {
        consents.push(textOf(page))
        page = await browser.submit(page, { press: 'Allow', ...(this.ticked && { ticked: this.ticked }) })
      }
      if (!arrived(page)) throw new Error(`the sign-in does not end: ${textOf(page)}`)
      return page.url
    },
  }
}
