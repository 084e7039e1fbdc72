import type { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'

import type { Logger } from '@toolgate/plugin'
import type Provider from 'oidc-provider'
import type { errors, KoaContextWithOIDC } from 'oidc-provider'

import type { AuthorityEventBody } from './authority-event.ts'
import { pageHeaders } from './page-response.ts'
import { faultPage } from './pages/fault-page.ts'
import type { RecordUpkeep } from './record-adapter.ts'

/** A registered client without a grant beyond this many makes the oldest one go. */
const MAX_UNUSED_CLIENTS = 1_000

const FAULTS: Readonly<Record<string, string>> = {
  invalid_client: 'This app is not known here, or not any more. Remove the connection in the app and connect again.',
  invalid_redirect_uri: 'The app wants to send you to an address that it did not register. Nothing was sent there.',
  server_error: 'Something failed here. Try again; if it stays, tell whoever runs this host.',
}

const OTHER_FAULT = 'The request of the app cannot be accepted. Go back to it and connect again.'

/** Fills in the page for a request that the provider refuses and that cannot be answered to the client. */
export function renderFault(
  ctx: KoaContextWithOIDC,
  hostName: string,
  error: string,
  description: string | undefined,
): void {
  ctx.set(pageHeaders())
  const message = FAULTS[error] ?? OTHER_FAULT
  ctx.body = faultPage({ title: 'This app cannot connect', hostName, message, code: error, detail: description })
}

/** Follows what happens inside the provider: faults to the log, registrations and revocations to the audit. */
export function followProvider(
  provider: Provider,
  logger: Logger,
  emit: (event: AuthorityEventBody) => void,
  upkeep: RecordUpkeep,
  addressOf: (req: IncomingMessage) => string,
): void {
  const application: EventEmitter = provider
  application.on('error', (error: unknown) => {
    logger.error('the authorization server failed', { error })
  })
  provider.on('server_error', (ctx: KoaContextWithOIDC, error: unknown) => {
    logger.error('the authorization server failed', { path: ctx.path, error })
  })
  for (const event of ['grant.error', 'authorization.error', 'registration_create.error'] as const) {
    application.on(event, (ctx: KoaContextWithOIDC, { error, error_detail: detail }: errors.OIDCProviderError) => {
      logger.info('the authorization server refused a request', { path: ctx.path, error, detail })
    })
  }
  provider.on('grant.revoked', (_ctx, grantId) => {
    emit({ type: 'grant-revoked', reason: 'an authorization code was used twice', grantId })
  })
  provider.on('registration_create.success', (ctx, client) => {
    upkeep.capUnusedClients(MAX_UNUSED_CLIENTS)
    emit({
      type: 'client-registered',
      clientId: client.clientId,
      clientName: client.clientName,
      redirectUris: client.redirectUris ?? [],
      address: addressOf(ctx.req),
    })
  })
}
