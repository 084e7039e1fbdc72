import type { PluginSetupContext, Principal } from '@toolgate/plugin'

/** Who alone may be told. */
export type Owner = Pick<Principal, 'issuer' | 'subject'>

/** Hears what the plugins of a registry tell. */
export interface News {
  /** What is read under a URI has changed, says a plugin. Whether the URI is one of its own is not checked. */
  resourceUpdated(plugin: string, uri: string, owner: Owner | undefined): void
  /** A plugin offers something else, not yet checked. Resolves to whether it does now. */
  changed(plugin: string, offers: unknown): Promise<boolean>
}

/** The same of one plugin. */
export interface PluginNews {
  resourceUpdated(uri: string, owner: Owner | undefined): void
  changed(offers: unknown): Promise<boolean>
}

/** What may be told at any time, and so be promised to clients. */
export interface Tells {
  /** That a resource has changed. */
  readonly updates: boolean
  /** That it offers something else. */
  readonly lists: boolean
}

/** Of a plugin without `setup`. */
export const tellsNothing: Tells = Object.freeze({ updates: false, lists: false })

/**
 * Makes the context of `setup`. What a plugin takes out of it to tell by is what the host promises to clients, so nothing can be taken
 * later: a promise is read once, when the client connects.
 */
export function createTelling(
  given: Omit<PluginSetupContext, keyof PluginNews>,
  news: PluginNews,
): { readonly context: PluginSetupContext; readonly end: () => Tells } {
  let over = false
  const taken = { updates: false, lists: false }
  const take = (name: keyof PluginNews, kind: keyof Tells) => {
    if (over && !taken[kind]) throw new TypeError(`take ${name} out of the context while setup runs, not later`)
    taken[kind] = true
  }
  const context = Object.freeze({
    ...given,
    get resourceUpdated() {
      take('resourceUpdated', 'updates')
      return (uri: string, owner?: Owner) => {
        if (typeof uri !== 'string') throw new TypeError('resourceUpdated takes a URI')
        news.resourceUpdated(uri, owner && { issuer: owner.issuer, subject: owner.subject })
      }
    },
    get changed() {
      take('changed', 'lists')
      return (offers: unknown) => {
        if (over) return news.changed(offers)
        return Promise.reject(
          new TypeError('what is offered at the start is returned from setup, not given to changed'),
        )
      }
    },
  })
  return {
    context,
    end: () => {
      over = true
      return Object.freeze({ ...taken })
    },
  }
}
