import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What an issuer on a stage says in place of what a sound one would; each member is one thing that can be wrong. */
export interface Staging {
  /** Members of the metadata that differ; undefined leaves one out. */
  readonly metadata?: Readonly<Record<string, unknown>>
  /** Paths at which nothing is served. */
  readonly absent?: readonly string[]
  readonly keys?: (sound: JWK) => unknown
  /** Milliseconds by which `Date` is ahead; null sends none. */
  readonly aheadMs?: number | null
  /** Answers every path with this text. */
  readonly instead?: string
  /** Begins every answer and never ends it. */
  readonly hangs?: boolean
}

/** A real server that publishes metadata and keys as an authorization server does, sound but for its staging. */
export interface StagedIssuer {
  readonly issuer: string
  stage(staging: Staging): void
  close(): Promise<void>
}

/** Where both forms of the metadata are. */
export const metadataPaths = {
  oauth: '/.well-known/oauth-authorization-server',
  openid: '/.well-known/openid-configuration',
} as const

/** Starts one on loopback. */
export async function startStagedIssuer(): Promise<StagedIssuer> {
  const { publicKey } = await generateKeyPair('ES256', { extractable: true })
  const key: JWK = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'ES256', use: 'sig' }
  let staging: Staging = {}
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    const { aheadMs = 0 } = staging
    response.sendDate = false
    if (aheadMs !== null) response.setHeader('date', new Date(Date.now() + aheadMs).toUTCString())
    response.setHeader('content-type', 'application/json')
    if (staging.hangs === true) {
      response.write('{')
    } else if (staging.instead !== undefined) {
      response.end(staging.instead)
    } else if (staging.absent?.includes(path) === true) {
      response.statusCode = 404
      response.end('{}')
    } else if (path === '/jwks') {
      response.end(JSON.stringify(staging.keys?.(key) ?? { keys: [key] }))
    } else if (path === metadataPaths.oauth || path === metadataPaths.openid) {
      response.end(JSON.stringify({ ...soundMetadata(issuer), ...staging.metadata }))
    } else {
      response.statusCode = 404
      response.end('{}')
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  return {
    issuer,
    stage: (next) => (staging = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

function soundMetadata(issuer: string): object {
  return {
    issuer,
    jwks_uri: `${issuer}/jwks`,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
  }
}
