import type { CompleteConfig } from './complete-config.ts'
import { fault, type ConfigFault } from './config-fault.ts'

/** Bounds of tasks that leave room for none, or contradict each other. */
export function checkBounds({ limits }: Pick<CompleteConfig, 'limits'>): ConfigFault[] {
  const { resultBytes, tasks } = limits
  const faults: ConfigFault[] = []
  const add = (name: string, message: string, mend: string) => {
    faults.push(fault('bad_value', `limits.tasks.${name}`, message, mend))
  }
  if (tasks.runMs > tasks.ttlMs) {
    const message = `is ${String(tasks.runMs)}, more than limits.tasks.ttlMs, ${String(tasks.ttlMs)}: a task would be removed while its handler may run`
    add('runMs', message, 'Raise limits.tasks.ttlMs, or lower this.')
  }
  for (const name of ['bytes', 'bytesPerCaller'] as const) {
    const bytes = tasks[name]
    if (bytes === undefined || bytes >= 2 * resultBytes) continue
    const message = `is ${String(bytes)}, less than twice limits.resultBytes, ${String(resultBytes)}: no task would find room`
    add(name, message, 'Raise it, or lower limits.resultBytes.')
  }
  return faults
}
