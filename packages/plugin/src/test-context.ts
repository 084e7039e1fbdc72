import type { ToolContext } from './tool.ts'

/**
 * The context of a call, for tests of a handler: the caller is `ada` of `https://issuer.example`, nothing is reported, logged or
 * demanded in vain, and the client cannot be asked. What a test is about it gives itself.
 */
export function testContext(overrides: Partial<ToolContext> = {}): ToolContext {
  const nothing = () => undefined
  const cannotAsk = () => Promise.reject(new Error('the client of this test cannot be asked'))
  return {
    principal: { issuer: 'https://issuer.example', subject: 'ada', clientId: 'test', scopes: [], claims: {} },
    signal: new AbortController().signal,
    logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    requestId: 'test',
    progress: nothing,
    requireScopes: nothing,
    canAsk: { elicit: false, elicitUrl: false, sample: false, listRoots: false },
    elicit: cannotAsk,
    sample: cannotAsk,
    listRoots: cannotAsk,
    log: nothing,
    letGo: nothing,
    ...overrides,
  }
}
