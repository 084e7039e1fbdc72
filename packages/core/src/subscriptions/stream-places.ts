/** Whether a stream found room: or its caller has too many, or all have together. */
export type StreamRoom = 'taken' | 'caller-full' | 'full'

/** Who has how many streams that wait for news, counted in this process or another. */
export interface StreamPlaces {
  take(caller: string): StreamRoom | Promise<StreamRoom>
  free(caller: string): void
}

/** The places of one process, which answers at once. */
export interface OwnStreamPlaces extends StreamPlaces {
  take(caller: string): StreamRoom
}

/** How many streams may wait for news. */
export interface StreamLimits {
  readonly streams: number
  /** Of one caller, which is issuer and subject. */
  readonly streamsPerCaller: number
}

/** What a host allows. */
export const streamLimits: StreamLimits = { streams: 4_096, streamsPerCaller: 32 }

/** Counts the streams of each caller. */
export function createStreamPlaces({ streams, streamsPerCaller }: StreamLimits): OwnStreamPlaces {
  const callers = new Map<string, number>()
  let all = 0
  return {
    take(caller) {
      const own = callers.get(caller) ?? 0
      if (own >= streamsPerCaller) return 'caller-full'
      if (all >= streams) return 'full'
      all++
      callers.set(caller, own + 1)
      return 'taken'
    },
    free(caller) {
      const left = (callers.get(caller) ?? 1) - 1
      all--
      if (left === 0) callers.delete(caller)
      else callers.set(caller, left)
    },
  }
}
