/** How one path of the authority is reached. */
export interface Route {
  readonly name: 'provider' | 'registration' | 'interaction'
  readonly methods: readonly string[]
  /** Open to every origin, without cookies; pages of sign-in and consent are not. */
  readonly cors: boolean
  /** The variable part of the path, where there is one. */
  readonly id?: string
  readonly action?: string
}

const fixed: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['/.well-known/oauth-authorization-server', { name: 'provider', methods: ['GET', 'HEAD'], cors: true }],
  ['/.well-known/openid-configuration', { name: 'provider', methods: ['GET', 'HEAD'], cors: true }],
  ['/jwks', { name: 'provider', methods: ['GET', 'HEAD'], cors: true }],
  ['/token', { name: 'provider', methods: ['POST'], cors: true }],
  ['/register', { name: 'registration', methods: ['POST'], cors: true }],
  ['/authorize', { name: 'provider', methods: ['GET'], cors: false }],
])

const RESUME = /^\/authorize\/[A-Za-z0-9_-]{1,64}$/
const INTERACTION = /^\/interaction\/([A-Za-z0-9_-]{1,64})(?:\/(sign-in|consent|cancel|switch))?$/

/** The route of a path, compared exactly; `undefined` for paths that are not the authority's. */
export function routeOf(path: string): Route | undefined {
  const route = fixed.get(path)
  if (route !== undefined) return route
  if (RESUME.test(path)) return { name: 'provider', methods: ['GET'], cors: false }
  const [, id, action] = INTERACTION.exec(path) ?? []
  if (id === undefined) return undefined
  const interaction = { name: 'interaction', cors: false, id } as const
  return action === undefined ? { ...interaction, methods: ['GET'] } : { ...interaction, methods: ['POST'], action }
}
