import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { addDiffCommand } from '../policy/diff-command.ts'
import { addExplainCommand } from '../policy/explain-command.ts'
import { addMatrixCommand } from '../policy/matrix-command.ts'
import { addShadowCommand } from '../policy/shadow-command.ts'
import { addViewCommand } from '../policy/view-command.ts'
import { addWhyCommand } from './why.ts'

const commands = [addMatrixCommand, addExplainCommand, addViewCommand, addWhyCommand, addDiffCommand, addShadowCommand]

/** `toolgate policy`: questions about who may call what, answered by the judge of the host. */
export function addPolicyCommand(program: Command, context: CommandContext): void {
  const policy = program.command('policy').description('ask who may call what, and why')
  for (const add of commands) add(policy, context)
}
