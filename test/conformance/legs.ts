/** One line of the suite at one revision. */
export interface Leg {
  readonly name: string
  /** The name by which package.json knows the suite's line. */
  readonly line: 'conformance-stable' | 'conformance-next'
  /** What `--spec-version` says; an extension is on no revision. */
  readonly revision: string | undefined
  /** How many scenarios the pinned version of the suite has here: fewer would be a hole in the run. */
  readonly scenarios: number
  /** Scenarios that assert nothing, each with the reason. One that begins to assert must leave this list. */
  readonly silent: Readonly<Record<string, string>>
}

const noSession = {
  'server-session-lifecycle':
    'its client declares nothing to ask it for, so it gets no session; test/sessions.test.ts asks the same of one that does',
}

/** Every leg that the host is judged by. */
export const legs: readonly Leg[] = [
  { name: 'stable@2025-06-18', line: 'conformance-stable', revision: '2025-06-18', scenarios: 26, silent: {} },
  { name: 'stable@2025-11-25', line: 'conformance-stable', revision: '2025-11-25', scenarios: 32, silent: {} },
  { name: 'next@2025-06-18', line: 'conformance-next', revision: '2025-06-18', scenarios: 27, silent: noSession },
  { name: 'next@2025-11-25', line: 'conformance-next', revision: '2025-11-25', scenarios: 33, silent: noSession },
  { name: 'next@2026-07-28', line: 'conformance-next', revision: '2026-07-28', scenarios: 40, silent: {} },
  {
    name: 'tasks',
    line: 'conformance-next',
    revision: undefined,
    scenarios: 10,
    silent: { 'tasks-status-notifications': 'the suite skips it' },
  },
]
