import type { Observation } from './observation.ts'

/** Whether the host answered anything that it was asked. */
export function isReached({ unauthorized, foreignOrigin, metadata }: Observation): boolean {
  return [unauthorized, foreignOrigin, ...metadata.map(({ answer }) => answer)].some((each) => !('problem' in each))
}
