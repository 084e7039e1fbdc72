/** Bounds of sessions of revisions before 2026-07-28. Times are milliseconds; a caller is issuer and subject. */
export interface SessionBoundsSettings {
  readonly total: number
  readonly perCaller: number
  readonly idleMs: number
  readonly requests: number
  readonly subscriptions: number
  readonly answerMs: number
  readonly resumeMs: number
  readonly eventBytes: number
  readonly totalEventBytes: number
}

/** Bounds of `subscriptions/listen`. */
export interface SubscriptionBoundsSettings {
  readonly total: number
  readonly perCaller: number
  readonly longestMs: number
}

/** Bounds of tasks. */
export interface TaskBoundsSettings {
  readonly runMs: number
  readonly ttlMs: number
  readonly pollIntervalMs: number
  readonly running: number
  readonly runningPerCaller: number
  readonly total: number
  readonly perCaller: number
  /** 4 GiB if left out. */
  readonly bytes?: number
  /** 128 MiB, or four results if these are more, if left out. */
  readonly bytesPerCaller?: number
}

/** Bounds of what outlives a call. */
export interface BoundsSettings {
  readonly sessions: SessionBoundsSettings
  readonly subscriptions: SubscriptionBoundsSettings
  readonly tasks: TaskBoundsSettings
}
