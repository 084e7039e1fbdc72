import type { FreshnessRequirement } from '@toolgate/plugin'
import type { FreshnessStep } from './freshness.ts'

/** What a tool asks of the sign-in, in words: `a sign-in of the last 300 seconds with acr gold or silver`. */
export function demandText({ acr, maxAgeSeconds }: FreshnessRequirement): string {
  return [
    'a sign-in',
    ...(maxAgeSeconds === undefined ? [] : [`of the last ${seconds(maxAgeSeconds)}`]),
    ...(acr === undefined ? [] : [`with acr ${acr.join(' or ')}`]),
  ].join(' ')
}

/** What is wrong with a sign-in, a few words for each fault; empty if it does. */
export function faultTexts({ requires, seen, faults }: FreshnessStep): readonly string[] {
  if (seen === undefined && faults.length > 0) return ['nothing is known of the sign-in']
  const age = (seen?.now ?? 0) - (seen?.authTime ?? 0)
  const texts = {
    'acr-absent': 'the token has no acr',
    'acr-other': `acr is ${JSON.stringify(seen?.acr ?? '')}`,
    'auth-time-absent': 'the token has no auth_time',
    'auth-time-ahead': `auth_time lies ${seconds(Math.ceil(-age))} ahead`,
    'too-old': `signed in ${seconds(Math.ceil(age))} ago, ${String(requires.maxAgeSeconds)} allowed`,
  }
  return faults.map((fault) => texts[fault])
}

function seconds(count: number): string {
  return count === 1 ? '1 second' : `${String(count)} seconds`
}
