import type { Converse } from './open-conversation.ts'

/** The conversation of what may not have one: nobody is asked, nothing is told. */
export const silent: Converse = () => {
  const cannotAsk = () => Promise.reject(new TypeError('nobody can be asked here'))
  return {
    canAsk: Object.freeze({ elicit: false, elicitUrl: false, sample: false, listRoots: false }),
    elicit: cannotAsk,
    sample: cannotAsk,
    listRoots: cannotAsk,
    log: () => undefined,
    letGo: () => undefined,
  }
}
