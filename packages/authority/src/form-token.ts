import { createHmac, timingSafeEqual } from 'node:crypto'

/** The hidden field that ties a form to one interaction and one step of it. */
export interface FormToken {
  create(interactionId: string, step: string): string
  verify(token: string, interactionId: string, step: string): boolean
}

/** Form tokens signed with a secret of the authority: nothing is stored, and none can be made elsewhere. */
export function createFormToken(secret: string): FormToken {
  const create = (interactionId: string, step: string): string =>
    createHmac('sha256', secret)
      .update(JSON.stringify([interactionId, step]))
      .digest('base64url')
  return {
    create,
    verify(token, interactionId, step) {
      const expected = Buffer.from(create(interactionId, step))
      const actual = Buffer.from(token)
      return actual.length === expected.length && timingSafeEqual(actual, expected)
    },
  }
}
