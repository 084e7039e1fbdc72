import type { Authority } from '@toolgate/authority'
import type { Room } from './host-state.ts'
import { inviteBody } from './invite-body.ts'

/** Room 3b: the embedded authorization server's own paths. It ends here, no bearer. */
export function mountAuthority(authority: Authority): Room {
  return (context, next) => {
    if (!authority.handles(context.path)) {
      return next()
    }
    // The provider writes the response itself, headers of the outer rooms included.
    context.respond = false
    for (const name of Object.keys(context.response.headers)) context.remove(name)
    context.res.statusCode = 200
    inviteBody(context.req, context.res)
    return authority.handler(context.req, context.res)
  }
}
