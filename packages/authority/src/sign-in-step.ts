import type { InteractionStep, InteractionTools } from './interaction.ts'
import { clientOfStep } from './interaction.ts'
import { sendPage } from './page-response.ts'
import { redirectHostOf } from './redirect-uri.ts'
import { signInPage } from './pages/sign-in-page.ts'
import type { SignInResult } from './sign-in.ts'
import type { User } from './user.ts'

/** Shows the sign-in page, with what was typed and what was wrong with it. */
export function showSignIn(
  tools: InteractionTools,
  step: InteractionStep,
  { user = '', fault, status = 200 }: { user?: string; fault?: string; status?: number } = {},
): void {
  const html = signInPage({
    title: fault === undefined ? 'Sign in' : 'Sign in again',
    hostName: tools.hostName,
    path: step.path,
    csrf: tools.formToken.create(step.interaction.uid, 'login'),
    redirectHost: redirectHostOf(step.redirectUri),
    user,
    fault,
  })
  sendPage(step.res, status, html, step.redirectUri)
}

async function endOtherSession(
  { provider }: InteractionTools,
  { interaction }: InteractionStep,
  user: User,
): Promise<void> {
  const { session } = interaction
  if (session?.uid === undefined || session.accountId === user.subject) return
  // Otherwise the provider would ask for a sign-out first, on a page that needs JavaScript.
  await (await provider.Session.findByUid(session.uid))?.destroy()
  delete interaction.session
  await interaction.persist()
}

function waitText(seconds: number): string {
  return seconds > 90 ? `${String(Math.ceil(seconds / 60))} minutes` : `${String(seconds)} seconds`
}

/** Takes what the sign-in form sent. */
export async function submitSignIn(
  tools: InteractionTools,
  step: InteractionStep,
  form: URLSearchParams,
  signIn: (name: string, password: string, address: string) => Promise<SignInResult>,
): Promise<void> {
  const name = (form.get('user') ?? '').trim().slice(0, 64)
  const address = tools.addressOf(step.req)
  const result = await signIn(name, form.get('password') ?? '', address)
  const client = clientOfStep(step)
  if (result.outcome === 'signed-in') {
    const { user } = result
    await endOtherSession(tools, step, user)
    tools.emit({ type: 'sign-in', user: user.name, subject: user.subject, address, ...client })
    // The consent that follows names it once more, and must not make the sign-in younger than it is.
    const ts = Math.floor(Date.now() / 1000)
    const login = { accountId: user.subject, remember: false, amr: ['pwd'], ts }
    await tools.provider.interactionFinished(step.req, step.res, { login }, { mergeWithLastSubmission: false })
    return
  }
  const reason = result.outcome === 'throttled' ? 'throttled' : 'credentials'
  tools.emit({ type: 'sign-in-refused', reason, user: result.user, address, ...client })
  if (result.outcome === 'throttled') {
    step.res.setHeader('retry-after', String(result.retryAfterSeconds))
    const fault = `Too many attempts. Try again in ${waitText(result.retryAfterSeconds)}.`
    showSignIn(tools, step, { user: name, fault, status: 429 })
  } else {
    showSignIn(tools, step, { user: name, fault: 'The user name or the password is wrong.', status: 422 })
  }
}
