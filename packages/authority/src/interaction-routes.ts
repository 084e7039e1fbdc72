import type { IncomingMessage, ServerResponse } from 'node:http'

import { showConsent, submitCancel, submitConsent, submitSwitch } from './consent-step.ts'
import { loadStep, userOfStep } from './interaction.ts'
import type { InteractionTools } from './interaction.ts'
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

/** The routes of sign-in and consent. */
export function createInteractionRoutes(
  tools: InteractionTools,
  signIn: (name: string, password: string, address: string) => Promise<SignInResult>,
  keepClient: (clientId: string) => void,
): InteractionRoutes {
  const sendFault = (res: ServerResponse, status: number, title: string, message: string): void => {
    const view = { title, hostName: tools.hostName, message, code: undefined, detail: undefined }
    sendPage(res, status, faultPage(view))
  }
  const sendOver = (res: ServerResponse): void => {
    sendFault(
      res,
      400,
      'This sign-in is over',
      'It took too long, or it was finished already. Go back to your app and connect again.',
    )
  }
  const sendForeign = (res: ServerResponse): void => {
    sendFault(res, 403, 'This form is not from here', 'Go back to your app and connect again.')
  }

  return {
    async show(req, res, uid) {
      const step = await loadStep(tools, req, res, uid)
      if (step === undefined) return sendOver(res)
      if (step.interaction.prompt.name === 'login') return showSignIn(tools, step)
      const user = userOfStep(tools, step)
      if (user === undefined) return sendOver(res)
      showConsent(tools, step, user)
    },
    async submit(req, res, uid, action) {
      if (!isOwnOrigin(req, tools.issuer)) return sendForeign(res)
      const form = await readForm(req)
      const step = await loadStep(tools, req, res, uid)
      if (step === undefined) return sendOver(res)
      const prompt = step.interaction.prompt.name
      if (!tools.formToken.verify(form?.get('csrf') ?? '', uid, prompt) || form === undefined) return sendForeign(res)
      if (action === 'cancel') return submitCancel(tools, step)
      if (action === 'sign-in' && prompt === 'login') return submitSignIn(tools, step, form, signIn)
      if (action === 'switch' && prompt === 'consent') return submitSwitch(tools, step)
      // A form for another step than the one that is due would skip one.
      if (action !== 'consent' || prompt !== 'consent') return sendForeign(res)
      if (!(await submitConsent(tools, step, form, keepClient))) sendOver(res)
    },
  }
}
