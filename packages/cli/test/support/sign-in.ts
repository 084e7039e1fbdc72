/** Who signs in, and which scopes they leave ticked; all by default. */
export interface Person {
  readonly user: string
  readonly password: string
  readonly ticked?: readonly string[]
}

/** Goes through sign-in and consent as a browser without JavaScript does, until the answer is back at the command. */
export async function signIn(address: string, person: Person): Promise<string> {
  const cookies = new Map<string, string>()
  let page = await load(address, cookies)
  for (let step = 0; step < 4; step += 1) {
    const form = /<form[^>]*action="([^"]+)"[^>]*>([\s\S]*?)<\/form>/.exec(page.html)
    if (form === null) return page.html
    const [, action = '', body = ''] = form
    const target = new URL(action, page.url)
    page = await load(target.href, cookies, {
      method: 'POST',
      body: fill(body, person),
      headers: { Origin: target.origin },
    })
  }
  throw new Error(`the sign-in does not end: ${page.html}`)
}

function fill(body: string, { user, password, ticked }: Person): URLSearchParams {
  const data = new URLSearchParams()
  for (const [tag] of body.matchAll(/<input[^>]*>/g)) {
    const name = valueOf(tag, 'name')
    const value = { user, password }[name] ?? valueOf(tag, 'value')
    const left = valueOf(tag, 'type') === 'checkbox' && ticked !== undefined && !ticked.includes(value)
    if (!left) data.append(name, value)
  }
  return data
}

function valueOf(tag: string, attribute: string): string {
  return new RegExp(`\\s${attribute}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&') ?? ''
}

async function load(
  address: string,
  cookies: Map<string, string>,
  init: RequestInit = {},
): Promise<{ url: string; html: string }> {
  const headers = new Headers(init.headers)
  headers.set('Cookie', [...cookies].map((pair) => pair.join('=')).join('; '))
  const response = await fetch(address, { ...init, headers, redirect: 'manual' })
  for (const cookie of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
    if (value === '') cookies.delete(name)
    else cookies.set(name, value)
  }
  const location = response.headers.get('Location')
  if (location !== null) return load(new URL(location, address).href, cookies)
  return { url: address, html: await response.text() }
}
