import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Check, ScenarioRun } from './judge-scenario.ts'
import type { Leg } from './legs.ts'

/** Milliseconds that one scenario may take; the slowest waits ten seconds for a stream. */
const timeLimit = 120_000

const programs = {
  'conformance-stable': fileURLToPath(import.meta.resolve('conformance-stable/dist/index.js')),
  'conformance-next': fileURLToPath(import.meta.resolve('conformance-next/dist/index.js')),
} as const

/**
 * Asks the suite which scenarios a leg has.
 *
 * @throws Error if there are not as many as the leg says
 */
export async function listScenarios(leg: Leg): Promise<readonly string[]> {
  const revision = leg.revision === undefined ? [] : ['--spec-version', leg.revision]
  const { output } = await runSuite(leg, ['list', '--server', ...revision])
  const listed = [...output.matchAll(/^ {2}- (\S+) \[([^\]]*)\]$/gm)].map(([, name = '', on = '']) => ({ name, on }))
  const names = listed
    .filter(({ name, on }) => leg.revision !== undefined || (on === 'extension' && name.startsWith(`${leg.name}-`)))
    .map(({ name }) => name)
  if (names.length !== leg.scenarios) {
    throw new Error(`${leg.name} has ${String(names.length)} scenarios, not ${String(leg.scenarios)}: ${output}`)
  }
  return names
}

/** Runs one scenario against a server, in a process of its own. */
export async function runScenario(leg: Leg, scenario: string, url: string): Promise<ScenarioRun> {
  const folder = await mkdtemp(join(tmpdir(), 'toolgate-conformance-'))
  try {
    const revision = leg.revision === undefined ? [] : ['--spec-version', leg.revision]
    const { output, exitCode } = await runSuite(leg, [
      'server',
      ...['--url', url, '--scenario', scenario, '-o', folder],
      ...revision,
    ])
    const lines = output.trim().split('\n')
    return { exitCode, checks: await readChecks(folder), lastWords: lines.slice(-5).join(' / ') }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function runSuite(
  leg: Leg,
  args: readonly string[],
): Promise<{ readonly output: string; readonly exitCode: number | null }> {
  return new Promise((resolve) => {
    const limits = { timeout: timeLimit, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024 } as const
    // What the suite would say to a terminal's user goes nowhere, and a proxy of this machine is not asked.
    const env = { PATH: process.env.PATH, NO_COLOR: '1' }
    execFile(process.execPath, [programs[leg.line], ...args], { ...limits, env }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : null
      resolve({ output: `${stdout}${stderr}`, exitCode })
    })
  })
}

async function readChecks(folder: string): Promise<readonly Check[] | undefined> {
  const [results, ...others] = await readdir(folder)
  if (results === undefined || others.length > 0) return undefined
  const written = await readFile(join(folder, results, 'checks.json'), 'utf8').catch(() => 'null')
  const checks: unknown = JSON.parse(written)
  return Array.isArray(checks) ? checks.map(toCheck) : undefined
}

function toCheck(written: unknown): Check {
  const { id, status, errorMessage } = written as Record<string, unknown>
  return {
    id: String(id),
    status: String(status),
    message: typeof errorMessage === 'string' ? errorMessage : undefined,
  }
}
