import { createHash, randomBytes, randomUUID, scryptSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Logger } from '@toolgate/plugin'
import { createLocalJWKSet, jwtVerify } from 'jose'
import type { JWTPayload } from 'jose'

import { openDatabase } from '../../src/database.ts'
import { createEventOutbox } from '../../src/event-outbox.ts'
import { openAuthority } from '../../src/index.ts'
import type { Authority, AuthorityEvent, AuthorityOptions, ScopeDescription } from '../../src/index.ts'
import { openBrowser, textOf } from '../../../../test/support/form-browser.ts'
import type { Browser, BrowserPage } from '../../../../test/support/form-browser.ts'

/** The tools' scopes of the tests. */
export const scopes: readonly ScopeDescription[] = [
  { scope: 'notes:read', description: 'Read your notes', tools: ['notes_list', 'notes_search'], concealed: false },
  { scope: 'notes:write', description: 'Create and change notes', tools: ['notes_create'], concealed: false },
  { scope: 'files:write', tools: ['files_write'], concealed: false },
  { scope: 'vault:open', description: 'Open the vault', tools: ['vault_open'], concealed: true },
]

/** A host that runs nothing but an authority. */
export interface Fixture {
  readonly origin: string
  readonly resource: string
  readonly authority: Authority
  readonly events: AuthorityEvent[]
  readonly log: string[]
  readonly dataFolder: string
  close(): Promise<void>
}

const PASSWORD = 'correct horse battery'

/** The first user of every fixture, with all scopes. */
export const alice = { name: 'alice', password: PASSWORD } as const

function createLogger(log: string[]): Logger {
  const write = (level: string) => (message: string, fields?: unknown) => {
    log.push(
      `${level} ${message} ${JSON.stringify(fields, (_, value: unknown) => (value instanceof Error ? value.stack : value))}`,
    )
  }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

/** A hash of the same form at a thousandth of the cost: what a sign-in costs is for its own tests. */
function cheapHash(password: string): string {
  const salt = randomBytes(16)
  const key = scryptSync(password, salt, 32, { N: 16, r: 8, p: 1 })
  return ['scrypt', 16, 8, 1, salt.toString('base64url'), key.toString('base64url')].join('$')
}

function seedAlice(dataFolder: string): void {
  const database = openDatabase(dataFolder)
  const subject = randomUUID()
  database
    .prepare('INSERT INTO users (id, name, password, created_at) VALUES (?, ?, ?, ?)')
    .run(subject, alice.name, cheapHash(alice.password), Date.now())
  createEventOutbox(database, Date.now).append({ type: 'user-added', user: alice.name, subject, scopes: 'all' })
  database.close()
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
}

/** Starts one on a free port, with `alice` as its user; options replace the usual ones. */
export async function startFixture(
  options: Partial<Omit<AuthorityOptions, 'resource'>> & { resource?: (origin: string) => string } = {},
): Promise<Fixture> {
  const dataFolder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'toolgate-authority-'))
  const events: AuthorityEvent[] = []
  const log: string[] = []
  const held: { authority?: Authority; resource: string } = { resource: '' }
  const server = createServer((req, res) => {
    const path = (req.url ?? '').split('?')[0] ?? ''
    if (held.authority?.handles(path) === true) return void held.authority.handler(req, res)
    if (path === '/.well-known/oauth-protected-resource/mcp') {
      res.setHeader('content-type', 'application/json')
      return void res.end(JSON.stringify({ resource: held.resource, authorization_servers: [held.authority?.issuer] }))
    }
    res.writeHead(404).end()
  })
  const origin = await listen(server)
  const resource = options.resource?.(origin) ?? `${origin}/mcp`
  held.resource = resource
  const opened = await openAuthority({
    scopes: () => scopes,
    initialScopes: () => ['notes:read'],
    accessTokenSeconds: 3600,
    hostName: 'Acme tools',
    logger: createLogger(log),
    onEvent: (event) => void events.push(event),
    ...options,
    dataFolder,
    resource,
  }).catch((error: unknown) => {
    server.close()
    throw error
  })
  held.authority = opened
  if (opened.users.count() === 0) seedAlice(dataFolder)
  return {
    ...{ origin, resource, authority: opened, events, log, dataFolder },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await opened.close()
      if (options.dataFolder === undefined) rmSync(dataFolder, { recursive: true })
    },
  }
}

/** A registered client, as an SDK would register it. */
export async function register(
  { origin }: Fixture,
  metadata: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, unknown>> {
  const response = await fetch(`${origin}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Test client',
      redirect_uris: ['http://127.0.0.1:3118/callback'],
      token_endpoint_auth_method: 'none',
      ...metadata,
    }),
  })
  return { status: response.status, ...((await response.json()) as Record<string, unknown>) }
}

/** One authorization request with PKCE, ready to be opened and redeemed. */
export interface AuthorizationRequest {
  readonly url: URL
  readonly clientId: string
  readonly verifier: string
}

/** Builds an authorization request; `undefined` leaves a parameter out. */
export function authorizationRequest(
  { origin, resource }: Fixture,
  clientId: string,
  parameters: Readonly<Record<string, string | undefined>> = {},
): AuthorizationRequest {
  const verifier = randomBytes(32).toString('base64url')
  const url = new URL('/authorize', origin)
  const all: Record<string, string | undefined> = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: 'http://127.0.0.1:3118/callback',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    scope: 'notes:read',
    state: 'the-state',
    resource,
    ...parameters,
  }
  for (const [name, value] of Object.entries(all)) if (value !== undefined) url.searchParams.set(name, value)
  return { url, clientId, verifier }
}

/** Signs in on the sign-in page. */
export function signIn(
  browser: Browser,
  page: BrowserPage,
  { name, password }: { name: string; password: string } = alice,
): Promise<BrowserPage> {
  return browser.submit(page, { fields: { user: name, password }, press: 'Sign in' })
}

/** Redeems a code. */
export async function redeem(
  { origin }: Fixture,
  { clientId, verifier }: AuthorizationRequest,
  code: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<Record<string, unknown>> {
  const response = await fetch(`${origin}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: 'http://127.0.0.1:3118/callback',
      client_id: clientId,
      code_verifier: verifier,
      ...parameters,
    }),
  })
  return { status: response.status, ...((await response.json()) as Record<string, unknown>) }
}

/** The whole way: request, sign-in if asked, consent, code, token. */
export async function obtainToken(
  fixture: Fixture,
  clientId: string,
  {
    browser = openBrowser(fixture.origin),
    user = alice,
    ticked,
    parameters,
  }: {
    browser?: Browser
    user?: { name: string; password: string }
    ticked?: readonly string[]
    parameters?: Readonly<Record<string, string | undefined>>
  } = {},
): Promise<{
  token: string
  scope: unknown
  answer: Record<string, unknown>
  consent: BrowserPage
  signedIn: boolean
}> {
  const request = authorizationRequest(fixture, clientId, parameters)
  let page = await browser.open(request.url)
  const signedIn = page.html.includes('name="password"')
  if (signedIn) page = await signIn(browser, page, user)
  const consent = page
  const end = await browser.submit(page, { press: 'Allow', ...(ticked === undefined ? {} : { ticked }) })
  const code = end.url.searchParams.get('code')
  if (code === null) throw new Error(`no code: ${end.url.href} ${textOf(end)} ${fixture.log.join('\n')}`)
  const { redirect_uri: redirect } = Object.fromEntries(request.url.searchParams)
  const answer = await redeem(fixture, request, code, redirect === undefined ? {} : { redirect_uri: redirect })
  return { token: String(answer['access_token']), scope: answer['scope'], answer, consent, signedIn }
}

/** Verifies a token against the authority's keys and settings, and returns its claims. */
export async function verify({ authority }: Fixture, token: string): Promise<JWTPayload> {
  const issuer = authority.localIssuer()
  const { settings } = issuer
  const { payload } = await jwtVerify(token, createLocalJWKSet(issuer.keys()), {
    issuer: settings.issuer,
    audience: settings.audience,
    algorithms: [...settings.algorithms],
    typ: 'at+jwt',
    requiredClaims: ['sub', 'exp', 'iat', 'jti', 'client_id'],
  })
  return payload
}
