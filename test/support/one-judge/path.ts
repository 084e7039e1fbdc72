import type { Probe } from './probe.ts'

/** A way on which a tool, or a thing of a plugin, can be named. */
export interface Path {
  readonly name: string
  readonly revisions: readonly string[]
  /** Sends nothing to the host's address: what stands before the host is not on its way. */
  readonly besideHttp?: boolean
  /** Compares for one caller at one revision. */
  check(probe: Probe): Promise<void>
}
