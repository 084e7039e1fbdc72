import type { AuthorizationServerMetadata } from './issuer-metadata.ts'
import type { KeySet } from './key-set.ts'

/** Where the keys of one issuer come from. */
export interface KeySource {
  /** The keys that tokens are judged by now, if any are held. Costs next to nothing: asked on every request. */
  current(): KeySet | undefined
  /**
   * The keys to verify with, fetched first if none are held.
   *
   * @throws {AuthError} `keys_unavailable`
   */
  obtain(): Promise<KeySet>
  /** Looks for newer keys, for a token that none of `known` fits. Answers `known` if it is too soon to look again. */
  renew(known: KeySet): Promise<KeySet>
  /** The issuer's metadata, last verified; undefined if it was never needed. */
  metadata(): AuthorizationServerMetadata | undefined
  /** Begins to hold keys in the background. */
  start(): void
  /** Ends what runs in the background. */
  close(): void
}
