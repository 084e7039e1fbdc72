import type { IncomingMessage, ServerResponse } from 'node:http'

import type { Logger } from '@toolgate/plugin'

import type { InteractionAction, InteractionRoutes } from './interaction-routes.ts'
import { targetOf } from './issuer-request.ts'
import { routeOf } from './routes.ts'
import type { Route } from './routes.ts'

/** Where the handler sends each kind of route. */
export interface HandlerTargets {
  readonly provider: (req: IncomingMessage, res: ServerResponse) => Promise<void>
  readonly registration: (req: IncomingMessage, res: ServerResponse) => Promise<void>
  readonly interaction: InteractionRoutes
  readonly fail: (res: ServerResponse, status: number) => void
  readonly logger: Logger
  /** Whether clients may send proofs to the token endpoint (RFC 9449). */
  readonly proofs: boolean
}

function setCorsHeaders(res: ServerResponse, proofs: boolean): void {
  res.setHeader('access-control-allow-origin', '*')
  res.setHeader('access-control-expose-headers', `WWW-Authenticate, Retry-After${proofs ? ', DPoP-Nonce' : ''}`)
}

function answerPreflight(res: ServerResponse, { methods }: Route, proofs: boolean): void {
  res.setHeader('access-control-allow-methods', methods.join(', '))
  const headers = `Accept, Authorization, Content-Type, MCP-Protocol-Version${proofs ? ', DPoP' : ''}`
  res.setHeader('access-control-allow-headers', headers)
  res.setHeader('access-control-max-age', '3600')
  res.writeHead(204).end()
}

async function dispatch(
  targets: HandlerTargets,
  route: Route,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const { id = '', action } = route
  if (route.name !== 'interaction') await targets[route.name](req, res)
  else if (action === undefined) await targets.interaction.show(req, res, id)
  else await targets.interaction.submit(req, res, id, action as InteractionAction)
}

/** The one entrance to everything that the authority answers over HTTP. */
export function createAuthorityHandler(
  targets: HandlerTargets,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  return async (req, res) => {
    const route = routeOf(targetOf(req).path)
    if (route === undefined) {
      targets.fail(res, 404)
      return
    }
    if (route.cors) setCorsHeaders(res, targets.proofs)
    const { method = '' } = req
    if (route.cors && method === 'OPTIONS') {
      answerPreflight(res, route, targets.proofs)
      return
    }
    if (!route.methods.includes(method)) {
      res.setHeader('allow', [...route.methods, ...(route.cors ? ['OPTIONS'] : [])].join(', '))
      targets.fail(res, 405)
      return
    }
    try {
      await dispatch(targets, route, req, res)
    } catch (error) {
      targets.logger.error('the authority failed to answer', { route: route.name, error })
      if (res.headersSent) res.destroy()
      else targets.fail(res, 500)
    }
  }
}
