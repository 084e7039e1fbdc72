import { isInputRequiredResult, ProtocolError, type Resource } from '@modelcontextprotocol/server'
import type { Policy } from '@toolgate/policy'
import type { CatalogueTemplate } from '@toolgate/registry'
import { silent } from '../asking/silent.ts'
import type { ThingRequest } from './thing-request.ts'
import { toResources } from './list-resources.ts'
import { recordDecision } from './record-decision.ts'
import type { ThingRun } from './run-thing.ts'
import { completionContext, type RequestWay, type ThingHandlersOptions } from './thing-options.ts'

/**
 * What the templates list for this caller. Only those that `decide` allows whatever the variables are run, each with a record of its
 * decision and of its outcome; one that fails is left out, and the log says why.
 */
export async function listOfTemplates(
  options: ThingHandlersOptions,
  templates: readonly CatalogueTemplate[],
  request: ThingRequest,
  way: RequestWay,
): Promise<readonly Resource[]> {
  const { principal, held } = request
  const judged = templates.flatMap((template) => {
    const decision = options.policy.decide(held, template.name)
    return decision.effect === 'allow' ? [{ template, decision }] : []
  })
  const slots = await options.takeSlots(principal, judged.length)
  try {
    const found = await Promise.all(
      judged.map(async ({ template, decision }, index) => {
        const slot = slots[index]
        if (slot === undefined) return []
        const requestId = `${request.requestId}.${String(index)}`
        await recordListing(options, { ...request, requestId }, template, decision)
        if (!slot.start()) return []
        const run = { decision, thing: template, args: undefined, shown: template.name, late: undefined }
        return listOne(options, template, {
          ...run,
          principal,
          held,
          requestId,
          signal: way.signal,
          converse: silent,
          slot,
        })
      }),
    )
    return found.flat()
  } finally {
    for (const slot of slots) slot.leave()
  }
}

function recordListing(
  options: ThingHandlersOptions,
  { caller, message, identity, requestId, envelope }: ThingRequest,
  { name }: CatalogueTemplate,
  decision: ReturnType<Policy['decide']>,
): ReturnType<typeof recordDecision> {
  const modern = envelope.classification.era === 'modern'
  const call = { ...caller, message, identity: { ...identity, requestId }, request: undefined, modern }
  return recordDecision(options, { call, asked: { name, args: undefined, shown: name, part: false } }, decision)
}

async function listOne(
  { run }: ThingHandlersOptions,
  template: CatalogueTemplate,
  request: ThingRun,
): Promise<readonly Resource[]> {
  try {
    const found = await run(request, {
      run: (context) => template.list?.(completionContext(context)),
      toResult: (returned) => toResources(template, returned),
    })
    return found === undefined || isInputRequiredResult(found) ? [] : found
  } catch (error) {
    if (error instanceof ProtocolError) return []
    throw error
  }
}
