import { clientViewOf } from './client-view.ts'
import { clientOfStep, userOfStep } from './interaction.ts'
import type { InteractionStep, InteractionTools } from './interaction.ts'
import { sendPage } from './page-response.ts'
import { consentPage } from './pages/consent-page.ts'
import { redirectHostOf } from './redirect-uri.ts'
import type { User } from './user.ts'

/** Shows the consent page: what is asked for, all of it ticked at first. */
export function showConsent(tools: InteractionTools, step: InteractionStep, user: User, fault?: string): void {
  const { offered, withheld } = tools.offer(step.scope, user.scopes)
  const html = consentPage({
    title: 'Allow access',
    hostName: tools.hostName,
    path: step.path,
    csrf: tools.formToken.create(step.interaction.uid, 'consent'),
    client: clientViewOf(step.client, step.redirectUri),
    user: user.name,
    offered: offered.map((entry) => ({ ...entry, ticked: fault === undefined })),
    withheld,
    fault,
  })
  sendPage(step.res, fault === undefined ? 200 : 422, html, step.redirectUri)
}

function resourcesOf({ interaction }: InteractionStep): readonly string[] {
  const { resource } = interaction.params
  return (Array.isArray(resource) ? resource : [resource]).filter((item) => typeof item === 'string')
}

async function saveGrant(
  { provider }: InteractionTools,
  step: InteractionStep,
  user: User,
  scopes: readonly string[],
): Promise<string> {
  const grant = new provider.Grant({ accountId: user.subject, clientId: step.client.clientId })
  for (const resource of resourcesOf(step)) grant.addResourceScope(resource, scopes.join(' '))
  // The provider refuses a request of which nothing was granted; `openid` names the user, and unlocks no tool.
  if (scopes.length === 0) grant.addOIDCScope('openid')
  step.interaction.params['scope'] = scopes.length === 0 ? 'openid' : scopes.join(' ')
  await step.interaction.persist()
  return grant.save()
}

/**
 * Takes what the consent form sent: grants what was requested, is allowed to the user, and was ticked. Nothing is
 * remembered; the next request asks again.
 */
export async function submitConsent(
  tools: InteractionTools,
  step: InteractionStep,
  form: URLSearchParams,
  keepClient: (clientId: string) => void,
): Promise<boolean> {
  const user = userOfStep(tools, step)
  if (user === undefined) return false
  const ticked = new Set(form.getAll('scope'))
  const offered = tools.offer(step.scope, user.scopes).offered.map(({ scope }) => scope)
  const scopes = offered.filter((scope) => ticked.has(scope))
  if (offered.length > 0 && scopes.length === 0) {
    showConsent(tools, step, user, 'Nothing is ticked. Tick what the app may do, or cancel.')
    return true
  }
  const grantId = await saveGrant(tools, step, user, scopes)
  keepClient(step.client.clientId)
  tools.emit({
    type: 'consent',
    user: user.name,
    subject: user.subject,
    grantId,
    scopes,
    leftOut: offered.filter((scope) => !ticked.has(scope)),
    redirectHost: redirectHostOf(step.redirectUri),
    ...clientOfStep(step),
  })
  // Without the sign-in of this very request a client that asked for one (prompt=login) would be led to it again.
  const { login } = step.interaction.lastSubmission ?? {}
  const result = { ...(login?.accountId === user.subject && { login }), consent: { grantId } }
  await tools.provider.interactionFinished(step.req, step.res, result, { mergeWithLastSubmission: false })
  return true
}

/** Takes a cancel, of sign-in or of consent: the client gets `access_denied`. */
export async function submitCancel(tools: InteractionTools, step: InteractionStep): Promise<void> {
  const user = userOfStep(tools, step)?.name
  const redirectHost = redirectHostOf(step.redirectUri)
  tools.emit({ type: 'consent-refused', user, redirectHost, ...clientOfStep(step) })
  const result = { error: 'access_denied', error_description: 'the user refused' }
  await tools.provider.interactionFinished(step.req, step.res, result, { mergeWithLastSubmission: false })
}

/** Takes "use another account": ends the sign-in and begins the same authorization request anew. */
export async function submitSwitch(
  { provider, issuer }: InteractionTools,
  { res, interaction }: InteractionStep,
): Promise<void> {
  const uid = interaction.session?.uid
  if (uid !== undefined) await (await provider.Session.findByUid(uid))?.destroy()
  await interaction.destroy()
  const again = new URL('/authorize', issuer)
  for (const [name, value] of Object.entries(interaction.params)) {
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof item === 'string') again.searchParams.append(name, item)
    }
  }
  res.setHeader('cache-control', 'no-store')
  res.writeHead(303, { location: again.href }).end()
}
