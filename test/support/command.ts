import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A command that runs in a process group of its own. */
export interface Command {
  readonly child: ChildProcess
  /** What it printed on standard output so far. */
  printed(): string
  /** What it printed on standard error so far. */
  remarked(): string
  /** The exit code, once nothing of it prints any more. */
  readonly ended: Promise<number | null>
  /** Resolves with the first line of standard output that holds the text; rejects if the command ends before. */
  line(text: string): Promise<string>
  /** Signals the command and whatever it started, as a terminal does. */
  signalGroup(signal: NodeJS.Signals): void
}

/** Starts a command line of a shell. `onRemark` gets each line of standard error. */
export function startCommand(
  commandLine: string,
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly onRemark?: (line: string) => void },
): Command {
  const { cwd, env, onRemark } = options
  const child = spawn(commandLine, { cwd, env, shell: true, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const output: string[] = []
  const errors: string[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => output.push(line))
  createInterface({ input: child.stderr }).on('line', (line) => {
    errors.push(line)
    onRemark?.(line)
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return {
    child,
    printed: () => output.map((line) => `${line}\n`).join(''),
    remarked: () => errors.join('\n'),
    ended,
    line: (text) =>
      new Promise((resolve, reject) => {
        const look = (line: string) => {
          if (line.includes(text)) resolve(line)
        }
        output.forEach(look)
        lines.on('line', look)
        void ended.then((code) => {
          reject(new Error(`${commandLine} ended with ${String(code)}: ${errors.join('\n')}`))
        })
      }),
    signalGroup: (signal) => {
      if (child.pid === undefined) return
      try {
        process.kill(-child.pid, signal)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      }
    },
  }
}
