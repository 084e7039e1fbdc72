import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { temporaryFolder } from './host.ts'
import { startIssuer, type TestIssuer } from './issuer.ts'
import { postModern, type WireAnswer } from './wire.ts'

/** A folder with a host's config, its state and one plugin: processes that run it come and go. */
export interface StandingHost {
  readonly folder: string
  readonly auditFile: string
  readonly issuer: TestIssuer
  /** Starts a process that serves the folder. `limit` is put before the command, in a shell. */
  start(limit?: string): Promise<HostProcess>
  /** Calls the one tool, which leaves `id` in a file before it answers; `id` is also what the client calls itself. */
  mark(id: string): Promise<WireAnswer>
  /** What calls of the tool left behind: ids of handlers that ran. */
  marks(): Promise<readonly string[]>
  close(): Promise<void>
}

/** A process that serves a {@link StandingHost}. */
export interface HostProcess {
  readonly pid: number
  /** Ends it by SIGKILL. */
  kill(): Promise<void>
  /** Lets it end by itself. */
  stop(): Promise<void>
}

const pluginSource = `import { definePlugin, defineTool } from '@toolgate/plugin'
import { appendFileSync } from 'node:fs'

export default definePlugin({
  name: 'marking',
  settings: { type: 'object', properties: { file: { type: 'string' } }, required: ['file'] },
  setup: ({ settings }) => ({
    tools: [
      defineTool({
        name: 'marking_mark',
        description: 'Leaves a mark that outlives the host.',
        scopes: ['marks:write'],
        annotations: { destructiveHint: false },
        inputSchema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
        handler: ({ id }) => {
          appendFileSync(settings.file, id + '\\n')
          return 'left the mark'
        },
      }),
    ],
  }),
})
`

/** Makes a {@link StandingHost}; nothing runs yet but its issuer. */
export async function createStandingHost(audit: Readonly<Record<string, unknown>>): Promise<StandingHost> {
  const issuer = await startIssuer()
  const folder = await temporaryFolder()
  const port = await freePort()
  const url = `http://127.0.0.1:${String(port)}/mcp`
  const marksFile = join(folder, 'marks.txt')
  const plugin = join(folder, 'plugins', 'marking')
  await mkdir(plugin, { recursive: true })
  const manifest = { name: 'marking', type: 'module', exports: './index.ts' }
  await writeFile(join(plugin, 'package.json'), JSON.stringify(manifest))
  await writeFile(join(plugin, 'index.ts'), pluginSource)
  const config = {
    resource: url,
    listen: { port },
    authorizationServers: [{ issuer: issuer.issuer }],
    plugins: { folder: './plugins', settings: { marking: { file: marksFile } } },
    audit,
  }
  await writeFile(join(folder, 'mcp.config.json'), JSON.stringify(config))
  const token = await issuer.token(url, { scope: 'marks:write', expiresIn: 7_200 })
  const running = new Set<HostProcess>()
  return {
    folder,
    auditFile: join(folder, '.toolgate', 'audit.ndjson'),
    issuer,
    async start(limit) {
      const started = await startProcess(folder, limit)
      running.add(started)
      return started
    },
    mark: (id) => markAs(url, token, id),
    async marks() {
      const text = await readFile(marksFile, 'utf8').catch(() => '')
      return text.split('\n').filter((line) => line !== '')
    },
    async close() {
      for (const started of running) await started.kill()
      await issuer.close()
      await rm(folder, { recursive: true })
    },
  }
}

function markAs(url: string, token: string, id: string): Promise<WireAnswer> {
  const _meta = { 'io.modelcontextprotocol/clientInfo': { name: id, version: '1.0.0' } }
  return postModern(url, token, { method: 'tools/call', params: { name: 'marking_mark', arguments: { id }, _meta } })
}

async function startProcess(folder: string, limit = ''): Promise<HostProcess> {
  const script = join(import.meta.dirname, 'run-folder.ts')
  const command = `${limit} exec "${process.execPath}" "${script}" "${folder}"`
  const child = spawn('bash', ['-c', command], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const failed = ended.then(() => {
    throw new Error('the host ended before it listened')
  })
  await Promise.race([once(child.stdout, 'data'), failed])
  failed.catch(() => undefined)
  return {
    pid: pidOf(child),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async stop() {
      child.stdin.end()
      await ended
    },
  }
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('the host did not start')
  return pid
}
