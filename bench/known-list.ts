import type { InspectedPolicy } from '@toolgate/core'
import type { HeldScopes } from '@toolgate/policy'
import { createToolList } from '../packages/core/src/mcp/list-tools.ts'
import { createProtocolHandler } from '../packages/core/src/mcp/protocol-handler.ts'

/**
 * What a host does for a `tools/list` once the caller is known, ready to be timed: its own room 7, which has answered this set of
 * scopes before. The first answer is looked at, and each further one is made of the bytes that were kept.
 *
 * @throws Error if the list is not the one that is meant to be measured
 */
export async function knownList(
  { policy, catalogue }: InspectedPolicy,
  scopes: readonly string[],
): Promise<(run: number) => void> {
  const dispatch = createProtocolHandler({
    serverInfo: { name: 'bench', title: 'bench', version: '1.0.0' },
    instructions: undefined,
    list: createToolList(policy, catalogue),
    runTool: () => Promise.reject(new Error('nothing is called here')),
    things: {
      offered: { resources: false, prompts: false, completions: false },
      listsChange: false,
      resources: nothing,
      templates: nothing,
      prompts: nothing,
      read: nothing,
      get: nothing,
      complete: nothing,
    },
    converse: () => () => {
      throw new Error('nothing is called here')
    },
    ...noNews,
    opensSession: () => false,
    recordAbandoned: () => undefined,
  })
  const list = (id: number): ReturnType<typeof dispatch> => dispatch(listRequest(id, scopes))
  const first = await list(0).answer
  const second = await list(1).answer
  const names = first.kind === 'json' && 'result' in first.message ? first.message.result['tools'] : undefined
  if (!Array.isArray(names) || names.length !== catalogue.tools.size) throw new Error('the first list is not whole')
  if (second.kind !== 'prepared') throw new Error('the second list was not a kept one')
  return (run) => {
    list(run)
  }
}

/** As a host makes it, anew for each request, with the scopes of the token that it keeps. */
function listRequest(id: number, scopes: readonly string[]): Parameters<ReturnType<typeof createProtocolHandler>>[0] {
  const message = { jsonrpc: '2.0' as const, id, method: 'tools/list', params: {} }
  const revision = '2025-11-25'
  const envelope = {
    revision,
    classification: { era: 'legacy' as const },
    requests: [message],
    beside: [],
    batch: false,
  }
  const principal = { issuer: 'https://login.bench.example', subject: 'caller', clientId: 'bench', scopes, claims: {} }
  const held: HeldScopes = { token: scopes, granted: [], authentication: { now: id, skewSeconds: 5 } }
  const caller = { principal, held, tokenId: undefined, keyThumbprint: undefined }
  const requestId = 'bench'
  const identity = { requestId, clientName: undefined, clientVersion: undefined, protocolRevision: revision }
  const asked = { message, envelope, principal, held, caller, identity, requestId }
  return { ...asked, call: undefined, slot: undefined, left: () => false }
}

/** Nobody is told anything. */
const noNews = { news: { lists: [], updates: false, tasks: false }, listen: undefined, subscribe: nothing }

function nothing(): never {
  throw new Error('nothing but tools is listed here')
}
