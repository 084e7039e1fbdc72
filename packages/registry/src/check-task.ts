import type { ToolContext } from '@toolgate/plugin'
import type { CatalogueTool } from './catalogue.ts'
import { finding, type Checked } from './checked.ts'
import type { Finding } from './load-fault.ts'

/** How a tool is run as a task; both undefined where it never is. */
export interface TaskWay {
  readonly task: CatalogueTool['task']
  readonly prepare: CatalogueTool['prepare']
}

/** Checks `task` and `prepare` of a tool. */
export function checkTask(where: string, tool: Readonly<Record<string, unknown>>): Checked<TaskWay> {
  const { task, prepare } = tool
  const findings: Finding[] = []
  if (task !== undefined && task !== 'optional' && task !== 'required') {
    const mend = "Write 'optional' or 'required', or leave it out."
    findings.push(finding('bad_task', `${where}: task is neither 'optional' nor 'required'`, mend))
  }
  if (prepare !== undefined && typeof prepare !== 'function') {
    findings.push(finding('bad_task', `${where}: prepare is not a function`, 'Write prepare(args, context) { ... }.'))
  }
  if (prepare !== undefined && task === undefined) {
    const mend = "Say task: 'optional' or 'required' as well, or do it in the handler."
    findings.push(finding('bad_task', `${where} has prepare and no task`, mend))
  }
  if (findings.length > 0) return { ok: false, findings }
  const value: TaskWay = {
    task: task as TaskWay['task'],
    prepare:
      typeof prepare === 'function'
        ? (args: unknown, context: ToolContext): unknown => Reflect.apply(prepare, tool, [args, context])
        : undefined,
  }
  return { ok: true, value }
}
