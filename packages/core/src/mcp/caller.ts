import type { Principal } from '@toolgate/plugin'
import type { HeldScopes } from '@toolgate/policy'

/** Who sends a request, as it was verified. */
export interface Caller {
  readonly principal: Principal
  /** What it is judged by. */
  readonly held: HeldScopes
  /** `jti` of the token. */
  readonly tokenId: string | undefined
  /** Thumbprint of the key that the caller proved to hold; none for a plain bearer token. */
  readonly keyThumbprint: string | undefined
  /** When its token expires, in milliseconds since the epoch; absent where there is none. */
  readonly expiresAt?: number | undefined
  /** Whether grant and user behind the token still stand; absent where nobody can be asked. */
  readonly stands?: (() => Promise<boolean>) | undefined
}
