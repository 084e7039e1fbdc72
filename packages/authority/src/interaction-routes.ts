import type { IncomingMessage, ServerResponse } from 'node:http'

import { showConsent, submitCancel, submitConsent, submitSwitch } from './consent-step.ts'
import { loadStep, userOfStep } from './interaction.ts'
import type { InteractionStep, InteractionTools } from './interaction.ts'
import { sendPage } from './page-response.ts'
import { faultPage } from './pages/fault-page.ts'
import { mediaTypeOf, readBody } from './request-body.ts'
import { showSignIn, submitSignIn } from './sign-in-step.ts'
import type { SignInResult } from './sign-in.ts'

/** The steps of sign-in and consent that have a route. */
export interface InteractionRoutes {
  /** GET `/interaction/<uid>` */
  show(req: IncomingMessage, res: ServerResponse, uid: string): Promise<void>
  /** POST `/interaction/<uid>/<action>` */
  submit(req: IncomingMessage, res: ServerResponse, uid: string, action: InteractionAction): Promise<void>
}

/** What a form of a page can ask for. */
export type InteractionAction = 'sign-in' | 'consent' | 'cancel' | 'switch'

const MAX_FORM_BYTES = 64 * 1024

const REFUSALS = {
  over: {
    status: 400,
    title: 'This sign-in is over',
    message: 'It took too long, or it was finished already. Go back to your app and connect again.',
  },
  foreign: {
    status: 403,
    title: 'This form is not from here',
    message: 'Go back to your app and connect again.',
  },
} as const

async function readForm(req: IncomingMessage): Promise<URLSearchParams | undefined> {
  if (mediaTypeOf(req) !== 'application/x-www-form-urlencoded') return undefined
  const body = await readBody(req, MAX_FORM_BYTES)
  return body === undefined ? undefined : new URLSearchParams(body.toString('utf8'))
}

/** Whether a post comes from one of our own pages, as far as the browser says; old ones say nothing. */
function isOwnOrigin({ headers }: IncomingMessage, issuer: URL): boolean {
  const { origin, 'sec-fetch-site': site } = headers
  return (origin === undefined || origin === issuer.origin) && (site === undefined || site === 'same-origin')
}

type SignIn = (name: string, password: string, address: string) => Promise<SignInResult>

/** Why nothing was done. */
type Refusal = 'over' | 'foreign'

async function submit(
  tools: InteractionTools,
  step: InteractionStep,
  form: URLSearchParams | undefined,
  action: InteractionAction,
  { signIn, keepClient }: InteractionEffects,
): Promise<Refusal | undefined> {
  const { uid, prompt } = step.interaction
  if (form === undefined || !tools.formToken.verify(form.get('csrf') ?? '', uid, prompt.name)) return 'foreign'
  if (action === 'cancel') await submitCancel(tools, step)
  else if (action === 'sign-in' && prompt.name === 'login') await submitSignIn(tools, step, form, signIn)
  else if (action === 'switch' && prompt.name === 'consent') await submitSwitch(tools, step)
  // A form for another step than the one that is due would skip one.
  else if (action !== 'consent' || prompt.name !== 'consent') return 'foreign'
  else if (!(await submitConsent(tools, step, form, keepClient))) return 'over'
  return undefined
}

function show(tools: InteractionTools, step: InteractionStep): Refusal | undefined {
  if (step.interaction.prompt.name === 'login') {
    showSignIn(tools, step)
    return undefined
  }
  const user = userOfStep(tools, step)
  if (user === undefined) return 'over'
  showConsent(tools, step, user)
  return undefined
}

/** What the steps do beyond the provider. */
export interface InteractionEffects {
  readonly signIn: SignIn
  /** Keeps a client that got a grant. */
  readonly keepClient: (clientId: string) => void
}

/** The routes of sign-in and consent. */
export function createInteractionRoutes(tools: InteractionTools, effects: InteractionEffects): InteractionRoutes {
  const refuse = (res: ServerResponse, refusal: Refusal): void => {
    const view = { hostName: tools.hostName, code: undefined, detail: undefined, ...REFUSALS[refusal] }
    sendPage(res, view.status, faultPage(view))
  }
  return {
    async show(req, res, uid) {
      const step = await loadStep(tools, req, res, uid)
      const refusal = step === undefined ? 'over' : show(tools, step)
      if (refusal !== undefined) refuse(res, refusal)
    },
    async submit(req, res, uid, action) {
      const form = isOwnOrigin(req, tools.issuer) ? await readForm(req) : undefined
      const step = await loadStep(tools, req, res, uid)
      const refusal = step === undefined ? 'over' : await submit(tools, step, form, action, effects)
      if (refusal !== undefined) refuse(res, refusal)
    },
  }
}
