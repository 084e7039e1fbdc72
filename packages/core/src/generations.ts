import type { News } from '@toolgate/registry'
import type { Logger } from 'pino'
import { HostError, type Fault } from './errors.ts'
import type { Rooms } from './furnish-rooms.ts'
import { requireLock } from './lock/require-lock.ts'
import type { RoomParts } from './open-room-parts.ts'
import { listChanges } from './subscriptions/list-changes.ts'
import type { Subscriptions } from './subscriptions/subscriptions.ts'

/** What generations of the catalogue need of the host. */
export interface GenerationsOptions {
  readonly mode: 'serve' | 'dev'
  readonly locked?: boolean
  readonly logger: Logger
  readonly subscriptions: Subscriptions
}

interface Generation {
  readonly parts: RoomParts
  readonly rooms: Rooms
}

/**
 * The rooms in force. When a plugin offers something else they are furnished anew and swapped in one step: a request that is in them goes
 * on in its own to its end. Changes are judged one after the other.
 */
export class Generations {
  readonly #options: GenerationsOptions
  #furnish: ((parts: RoomParts) => Rooms) | undefined
  #current: Generation | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: GenerationsOptions) {
    this.#options = options
  }

  /** Furnishes the first rooms. */
  begin(parts: RoomParts, furnish: (parts: RoomParts) => Rooms): void {
    this.#furnish = furnish
    this.#take({ parts, rooms: furnish(parts) })
  }

  /** @throws TypeError before the first ones are there */
  get rooms(): Rooms {
    if (this.#current === undefined) throw new TypeError('no rooms are furnished yet')
    return this.#current.rooms
  }

  /**
   * A plugin offers something else. What is faulty, or not as the lock file in force pins it, is told in the log, and all stays as it was.
   *
   * @returns whether it is offered now
   */
  change(plugin: string, offers: unknown): Promise<boolean> {
    const changing = this.#last.then(() => this.#change(plugin, offers))
    this.#last = changing.catch(() => undefined)
    return changing
  }

  async #change(plugin: string, offers: unknown): Promise<boolean> {
    const before = this.#current
    const { logger, subscriptions } = this.#options
    if (before === undefined || this.#furnish === undefined) return false
    const next = await this.#judge(before.parts, plugin, offers)
    if ('refused' in next) {
      for (const fault of next.refused) {
        logger.error({ plugin, ...fault }, 'what a plugin offers stays as it was: its change is refused')
      }
      return false
    }
    const rooms = this.#furnish(next)
    next.adopt()
    this.#take({ parts: next, rooms })
    const { generation } = next.registry.catalogue
    logger.info({ plugin, generation, tools: next.registry.catalogue.tools.size }, 'a plugin offers something else')
    subscriptions.listsChanged(listChanges(before.rooms.judging, rooms.judging))
    return true
  }

  async #judge(
    parts: RoomParts,
    plugin: string,
    offers: unknown,
  ): Promise<(RoomParts & { readonly adopt: () => void }) | { readonly refused: readonly Fault[] }> {
    const path = `plugin ${plugin}`
    const replaced = parts.registry.replace(plugin, offers)
    if (!replaced.ok) return { refused: replaced.findings.map(({ message, mend }) => ({ path, message, mend })) }
    const remade = parts.remake(replaced.value)
    if ('faults' in remade) return { refused: remade.faults.map((fault) => ({ ...fault, path: fault.path || path })) }
    try {
      const { config } = parts
      for (const fault of await requireLock({ ...this.#options, config }, replaced.value, [])) {
        this.#options.logger.warn(fault, 'not as it is locked')
      }
      const tasks = await parts.taskOpener.openFor(replaced.value.catalogue)
      return { ...parts, registry: replaced.value, ...remade, tasks }
    } catch (error) {
      if (!(error instanceof HostError)) throw error
      const { faults, message } = error
      const mend = 'Mend it and let the plugin offer it again; what it offered before stays'
      return { refused: faults.length > 0 ? faults : [{ path, message, mend }] }
    }
  }

  #take(generation: Generation): void {
    this.#current = generation
    this.#options.subscriptions.judgeBy(generation.rooms.judging)
  }
}

/**
 * What plugins tell, by who hears it.
 *
 * @param tellOthers tells the other processes of this host of what may be told
 */
export function newsFor(
  subscriptions: Subscriptions,
  generations: Generations,
  tellOthers?: News['resourceUpdated'],
): News {
  return {
    resourceUpdated: (plugin, uri, owner) => {
      if (subscriptions.resourceUpdated(plugin, uri, owner)) tellOthers?.(plugin, uri, owner)
    },
    changed: (plugin, offers) => generations.change(plugin, offers),
  }
}
