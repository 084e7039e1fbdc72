import type { ServerResponse } from 'node:http'

import { sendPage } from './page-response.ts'
import { faultPage } from './pages/fault-page.ts'

const AGAIN = 'Go back to your app and connect again.'

const FAULTS: Readonly<Record<number, readonly [title: string, message: string]>> = {
  404: ['There is no page here', AGAIN],
  405: ['There is no page here', AGAIN],
  429: ['Too many sign-ins were begun', 'Wait a minute, then connect again from your app.'],
  500: ['Something failed here', 'It was not your doing. Try again.'],
}

/** Answers a request that never got as far as an interaction. */
export function sendPlainFault(res: ServerResponse, hostName: string, status: number): void {
  const [title, message] = FAULTS[status] ?? ['This does not work', AGAIN]
  sendPage(res, status, faultPage({ title, hostName, message, code: undefined, detail: undefined }))
}
