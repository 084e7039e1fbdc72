/** A page as a browser without JavaScript sees it. */
export interface BrowserPage {
  readonly url: URL
  readonly status: number
  readonly headers: Headers
  readonly html: string
}

/** What a person does with a form. */
export interface FormInput {
  readonly fields?: Readonly<Record<string, string>>
  /** The names of ticked checkboxes' values; all that the page ticked unless given. */
  readonly ticked?: readonly string[]
  /** The label of the button. */
  readonly press: string
}

/** Follows redirects, keeps cookies by path, fills in forms; stops where a redirect leaves the origin. */
export interface Browser {
  open(url: string | URL): Promise<BrowserPage>
  submit(page: BrowserPage, input: FormInput): Promise<BrowserPage>
  readonly cookies: Map<string, { value: string; path: string; attributes: string }>
}

function unescape(text: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? '')
}

/** The text of a page, without markup and style. */
export function textOf({ html }: BrowserPage): string {
  const text = html
    .replace(/<style>[\s\S]*?<\/style>/g, '')
    .replace(/<wbr>/g, '')
    .replace(/<[^>]+>/g, ' ')
  return unescape(text).replace(/\s+/g, ' ').trim()
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]
  return value === undefined ? undefined : unescape(value)
}

function readForms(html: string): { action: string; body: string }[] {
  return [...html.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)].map(([, tag = '', body = '']) => ({
    action: attribute(tag, 'action') ?? '',
    body,
  }))
}

function fill(body: string, { fields = {}, ticked }: FormInput): URLSearchParams {
  const data = new URLSearchParams()
  for (const [tag] of body.matchAll(/<input[^>]*>/g)) {
    const name = attribute(tag, 'name') ?? ''
    const value = attribute(tag, 'value') ?? ''
    const isBox = attribute(tag, 'type') === 'checkbox'
    if (!isBox) data.append(name, fields[name] ?? value)
    else if (ticked === undefined ? /\schecked[\s>]/.test(tag) : ticked.includes(value)) data.append(name, value)
  }
  return data
}

/** Opens a browser with an empty cookie jar. */
export function openBrowser(origin: string): Browser {
  const cookies: Browser['cookies'] = new Map()

  const keep = (response: Response): void => {
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split('; ')
      const [name = '', value = ''] = pair.split(/=(.*)/s)
      const path = attributes.find((item) => item.startsWith('path='))?.slice(5) ?? '/'
      if (value === '' || /expires=Thu, 01 Jan 1970/.test(line)) cookies.delete(name)
      else cookies.set(name, { value, path, attributes: attributes.join('; ') })
    }
  }
  const load = async (url: URL, init: RequestInit = {}): Promise<BrowserPage> => {
    if (url.origin !== origin) return { url, status: 0, headers: new Headers(), html: '' }
    const sent = [...cookies].filter(([, { path }]) => path === '/' || `${url.pathname}/`.startsWith(`${path}/`))
    const headers = new Headers(init.headers)
    headers.set('cookie', sent.map(([name, { value }]) => `${name}=${value}`).join('; '))
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    keep(response)
    const location = response.headers.get('location')
    if (location !== null && response.status >= 300 && response.status < 400) return load(new URL(location, url))
    return { url, status: response.status, headers: response.headers, html: await response.text() }
  }

  return {
    cookies,
    open: (url) => load(new URL(url, origin)),
    submit(page, input) {
      for (const { action, body } of readForms(page.html)) {
        const button = [...body.matchAll(/<button([^>]*)>([^<]*)<\/button>/g)].find(
          ([, , label]) => label === input.press,
        )
        if (button === undefined) continue
        const target = new URL(attribute(button[1] ?? '', 'formaction') ?? action, page.url)
        const headers = { origin, 'sec-fetch-site': 'same-origin' }
        return load(target, { method: 'POST', body: fill(body, input), headers })
      }
      throw new Error(`no button ${input.press} on ${page.url.href}: ${textOf(page)}`)
    },
  }
}
