import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DatabaseSync } from 'node:sqlite'

import type { Client, Interaction } from 'oidc-provider'
import type Provider from 'oidc-provider'

import type { AuthorityEventBody } from './authority-event.ts'
import type { ConsentOffer } from './consent-offer.ts'
import type { FormToken } from './form-token.ts'
import { issuerRequest } from './issuer-request.ts'
import { userOfRow } from './user.ts'
import type { AllowedScopes, User } from './user.ts'

/** What the sign-in and consent steps work with. */
export interface InteractionTools {
  readonly provider: Provider
  readonly issuer: URL
  readonly hostName: string
  readonly database: DatabaseSync
  readonly formToken: FormToken
  readonly offer: (requested: string | undefined, allowed: AllowedScopes) => ConsentOffer
  readonly addressOf: (req: IncomingMessage) => string
  readonly emit: (event: AuthorityEventBody) => void
}

/** One step of one authorization request: what is asked, by whom, and the request and answer that it comes with. */
export interface InteractionStep {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly interaction: Interaction
  readonly client: Client
  readonly redirectUri: string
  /** The `scope` parameter. */
  readonly scope: string | undefined
  /** `/interaction/<uid>` */
  readonly path: string
}

function textParameter(interaction: Interaction, name: string): string | undefined {
  const value = interaction.params[name]
  return typeof value === 'string' ? value : undefined
}

/**
 * Finds the interaction that a path names. `undefined` when this browser holds no cookie of it, when it is over, when
 * its client is gone, or when the sign-in behind it has ended.
 */
export async function loadStep(
  { provider, issuer }: InteractionTools,
  req: IncomingMessage,
  res: ServerResponse,
  uid: string,
): Promise<InteractionStep | undefined> {
  const wrapped = issuerRequest(req, issuer)
  const interaction = await provider.interactionDetails(wrapped, res).catch(() => undefined)
  if (interaction?.uid !== uid) return undefined
  const clientId = textParameter(interaction, 'client_id')
  const client = clientId === undefined ? undefined : await provider.Client.find(clientId)
  const redirectUri = textParameter(interaction, 'redirect_uri')
  if (client === undefined || redirectUri === undefined) return undefined
  const scope = textParameter(interaction, 'scope')
  return { req: wrapped, res, interaction, client, redirectUri, scope, path: `/interaction/${uid}` }
}

/** The user of the sign-in behind an interaction, if still there. */
export function userOfStep({ database }: InteractionTools, { interaction }: InteractionStep): User | undefined {
  const subject = interaction.session?.accountId
  const row = subject === undefined ? undefined : database.prepare('SELECT * FROM users WHERE id = ?').get(subject)
  return row === undefined ? undefined : userOfRow(row)
}

/** The client of a step, for an event. */
export function clientOfStep({ client }: InteractionStep): { clientId: string; clientName: string | undefined } {
  return { clientId: client.clientId, clientName: client.clientName }
}
