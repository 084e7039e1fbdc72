import type { ResolvedConfig } from '@toolgate/config'
import type { SessionLimits } from './sessions/sessions.ts'
import type { SubscriptionLimits } from './subscriptions/subscriptions.ts'
import type { TaskLimits } from './tasks/tasks.ts'

type Limits = ResolvedConfig['limits']

/** How sessions are bounded by a configuration. */
export function sessionLimitsOf({ sessions }: Limits): SessionLimits {
  const { total, perCaller, resumeMs, totalEventBytes, ...same } = sessions
  return {
    ...same,
    sessions: total,
    sessionsPerCaller: perCaller,
    keepStreamMs: resumeMs,
    allEventBytes: totalEventBytes,
  }
}

/** How streams of news are. */
export function subscriptionLimitsOf({ subscriptions }: Limits): SubscriptionLimits {
  const { total, perCaller, longestMs } = subscriptions
  return { streams: total, streamsPerCaller: perCaller, longestMs }
}

/** How tasks are. */
export function taskLimitsOf({ tasks }: Limits): Partial<TaskLimits> {
  const { total, perCaller, ...same } = tasks
  return { ...same, tasks: total, tasksPerCaller: perCaller }
}
