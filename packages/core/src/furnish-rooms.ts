import type { ChallengeSchemes } from '@toolgate/auth'
import { secretsOf } from '@toolgate/config'
import { createFormChecks } from './asking/form-schema.ts'
import { createConversations } from './asking/open-conversation.ts'
import { createRedactor } from './logger.ts'
import type { AnswerEnvelopeOptions } from './mcp/answer-envelope.ts'
import { createAuthorLook } from './mcp/author-look.ts'
import type { CallPlaces } from './mcp/call-places.ts'
import { createAuthorizeCalls } from './mcp/authorize-call.ts'
import { createCallSlots, type TakeSlots } from './mcp/call-slots.ts'
import type { ProtocolHandlerOptions } from './mcp/judged-request.ts'
import { createThingLists } from './mcp/list-things.ts'
import { createToolList } from './mcp/list-tools.ts'
import { createProtocolHandler } from './mcp/protocol-handler.ts'
import { createRunThing } from './mcp/run-thing.ts'
import { createRunTool } from './mcp/run-tool.ts'
import { createThingHandlers } from './mcp/thing-handlers.ts'
import type { RoomParts } from './open-room-parts.ts'
import { createToldTasks } from './tasks/told-tasks.ts'
import { createTaskLane, createTasksOf } from './tasks/task-lane.ts'
import { createJudgedAs, newsOf, noNews } from './subscriptions/judged-as.ts'
import { createListen } from './subscriptions/listen.ts'
import type { Judging } from './subscriptions/may-read.ts'
import { subscribe } from './subscriptions/subscribe.ts'
import type { Subscriptions } from './subscriptions/subscriptions.ts'

/** What a challenge says beside the scopes. */
export interface ChallengeParts {
  readonly resourceMetadataUrl: string
  readonly schemes: ChallengeSchemes
}

/** Rooms 6 to 8 of one generation of the catalogue. */
export interface Rooms extends AnswerEnvelopeOptions {
  /** By what they judge news. */
  readonly judging: Judging
}

/** What a transport has to tell news by. */
export interface NewsWays {
  /** Whether an `initialize` opens a session; none does by default. */
  readonly opensSession?: ProtocolHandlerOptions['opensSession']
  readonly subscriptions?: Subscriptions | undefined
  /** What the rooms of every generation of the catalogue share; made for this one by default. */
  readonly shared?: SharedRooms
}

/** What a caller takes of it stays taken when the catalogue changes. */
export interface SharedRooms {
  readonly takeSlots: TakeSlots
  readonly converse: ProtocolHandlerOptions['converse']
}

/**
 * Makes what no generation of the catalogue changes.
 *
 * @param places where calls are counted, if not in this process alone
 */
export function shareRooms(parts: RoomParts, places?: CallPlaces): SharedRooms {
  const takeSlots = createCallSlots(parts.config.limits.concurrentCalls, places)
  return { takeSlots, converse: conversationsFor(parts) }
}

/**
 * Rooms 6 to 8, furnished with what was opened for them. Nothing is opened here.
 *
 * @param ways of a transport that has them; without subscriptions nothing is told, and nothing promised
 */
export function furnishRooms(parts: RoomParts, challenge: ChallengeParts, ways: NewsWays = {}): Rooms {
  const { config, logger, audit, registry, policy } = parts
  const { catalogue, tells } = registry
  const { opensSession = () => false, subscriptions, shared = shareRooms(parts) } = ways
  const { takeSlots, converse } = shared
  const { limits } = config
  const news = subscriptions === undefined ? noNews : newsOf(tells, catalogue, parts.tasks !== undefined)
  const running = { policy, audit, logger, resultBytes: limits.resultBytes }
  const lists = createThingLists(policy, catalogue, limits.resultBytes)
  const run = createRunThing(running)
  const protocol = protocolFor(parts, createRunTool(running), converse)
  return {
    takeSlots,
    judging: {
      ...{ policy, catalogue, lookAt: createAuthorLook({ policy, logger, limits }) },
      tasks: parts.tasks && createToldTasks(parts.tasks, { ...parts, catalogue }),
    },
    judgedAs: createJudgedAs(catalogue, news),
    tasksOf: createTasksOf(parts.tasks),
    authorizeCalls: createAuthorizeCalls({ ...parts, catalogue, ...challenge, limits }),
    dispatch: createProtocolHandler({
      ...protocol,
      tasks: parts.tasks && createTaskLane({ ...parts, ...protocol, tasks: parts.tasks }),
      instructions: config.instructions,
      list: createToolList(policy, catalogue),
      things: createThingHandlers({ policy, catalogue, audit, lists, run, takeSlots, converse }),
      news,
      listen:
        subscriptions &&
        createListen({ subscriptions, catalogue, audit, serverInfo: protocol.serverInfo, offer: news }),
      subscribe: (session, request) => subscribe({ catalogue, audit }, session, request),
      opensSession,
    }),
  }
}

/** What running a call needs, whichever way it goes. */
function protocolFor(
  parts: RoomParts,
  runTool: ProtocolHandlerOptions['runTool'],
  converse: ProtocolHandlerOptions['converse'],
): Pick<ProtocolHandlerOptions, 'serverInfo' | 'runTool' | 'converse' | 'recordAbandoned'> {
  const { audit } = parts
  const { name, title, version } = parts.config
  return {
    serverInfo: { name, title, version },
    runTool,
    converse,
    recordAbandoned: (requestId) => void audit.outcome({ requestId, outcome: 'cancelled', durationMs: 0 }),
  }
}

/** What handlers ask their clients, and tell them. */
function conversationsFor({ config, logger, asking }: RoomParts): ProtocolHandlerOptions['converse'] {
  return createConversations({
    ...asking,
    checks: createFormChecks(),
    redact: createRedactor(secretsOf(config)),
    onRefused: (why) => {
      logger.info({ why }, 'a request state was refused')
    },
  })
}
