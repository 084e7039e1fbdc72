import type { Context } from 'mocha'
import { setTimeout as sleep } from 'node:timers/promises'

const graceMs = 1_000

/** Of test files that ran before in this process: each is told of its own servers alone. */
let leftBefore = 0

/** Root hooks of mocha: a test file that leaves a server listening fails, which the end of its process would hide. */
export const mochaHooks = {
  async afterAll(this: Context): Promise<void> {
    const deadline = Date.now() + graceMs
    while (openServers() > leftBefore && Date.now() < deadline) await sleep(20)
    const left = openServers() - leftBefore
    leftBefore = openServers()
    if (left <= 0) return
    const suites = this.test?.parent?.suites.map(({ title }) => title).join(', ')
    throw new Error(`${left} server(s) still listen after the last test of: ${suites ?? 'this file'}`)
  },
}

function openServers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap').length
}
