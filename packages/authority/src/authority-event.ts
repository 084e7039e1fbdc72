interface WithUser {
  /** The name that the user signs in with. */
  readonly user: string
  /** `sub` of the user's tokens. */
  readonly subject: string
}

interface WithClient {
  readonly clientId: string
  /** What the client calls itself; unverified. */
  readonly clientName?: string | undefined
}

/** What happened in the authority, without its time. */
export type AuthorityEventBody =
  | ({ readonly type: 'sign-in'; readonly address: string } & WithUser & WithClient)
  | ({
      readonly type: 'sign-in-refused'
      readonly reason: 'credentials' | 'throttled'
      /** Absent when no such user exists: people type passwords into the wrong field. */
      readonly user?: string | undefined
      readonly address: string
    } & WithClient)
  | ({
      readonly type: 'consent'
      readonly redirectHost: string
      readonly grantId: string
      readonly scopes: readonly string[]
      /** Requested and offered, but left out by the user. */
      readonly leftOut: readonly string[]
    } & WithUser &
      WithClient)
  | ({
      readonly type: 'consent-refused'
      readonly user?: string | undefined
      readonly redirectHost: string
    } & WithClient)
  | ({
      readonly type: 'client-registered'
      readonly redirectUris: readonly string[]
      readonly address: string
    } & WithClient)
  | ({ readonly type: 'grant-revoked'; readonly reason: string; readonly grantId?: string } & Partial<WithUser>)
  | ({
      readonly type: 'token-made'
      readonly grantId: string
      readonly scopes: readonly string[]
      /** Seconds since the epoch. */
      readonly expiresAt: number
    } & WithUser)
  | ({ readonly type: 'user-added'; readonly scopes: readonly string[] | 'all' } & WithUser)
  | ({ readonly type: 'user-removed' } & WithUser)
  | ({
      readonly type: 'user-changed'
      readonly change: 'scopes'
      readonly scopes: readonly string[] | 'all'
    } & WithUser)
  | ({ readonly type: 'user-changed'; readonly change: 'password' } & WithUser)

/** What happened in the authority, for the audit log. Holds no password, code or token. */
export type AuthorityEvent = AuthorityEventBody & {
  /** Milliseconds since the epoch. */
  readonly at: number
}
