import { registerHooks } from 'node:module'

// The host itself, of which two modules are others: room 6, and the audit. What is left in is what the host does to a call beside
// judging and recording it.
interface Replacement {
  readonly importer: string
  readonly url: string
  readonly other: string
}

const core = new URL('../../packages/core/src/', import.meta.url)
const replacements: readonly Replacement[] = [
  {
    importer: new URL('furnish-rooms.ts', core).href,
    url: new URL('mcp/authorize-call.ts', core).href,
    other: new URL('./without/authorize-call.ts', import.meta.url).href,
  },
  {
    importer: new URL('host.ts', core).href,
    url: import.meta.resolve('@toolgate/audit'),
    other: new URL('./without/audit.ts', import.meta.url).href,
  },
]
const used = new Set<Replacement>()

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context)
    const found = replacements.find(({ importer, url }) => importer === context.parentURL && url === resolved.url)
    if (found === undefined) return resolved
    used.add(found)
    return { ...resolved, url: found.other }
  },
})

// Only now, so that nothing of the host was loaded before.
const { serveHost } = await import('./serve-host.ts')
// What serves is loaded when it is asked to, and what is left out of it has to be known before.
await import(new URL('host.ts', core).href)
const missed = replacements.filter((replacement) => !used.has(replacement)).map(({ url }) => url)
if (missed.length > 0) throw new Error(`the host has no ${missed.join(' and no ')} to leave out`)
await serveHost()
