import type { Command } from 'commander'
import { parseArguments } from '../call/parse-arguments.ts'
import type { CommandContext } from '../command-context.ts'
import { addExamples } from '../examples.ts'
import { loadPolicy } from './load-policy.ts'
import { printExplanation } from './print-explanation.ts'
import { readCallerOptions, type CallerOptions } from './read-caller-options.ts'

interface ExplainOptions extends CallerOptions {
  readonly tool: string
  readonly args?: string
}

/** `toolgate policy explain`: what the host would say to a call, step by step, and the answer to the byte. */
export function addExplainCommand(policy: Command, context: CommandContext): void {
  const command = policy
    .command('explain')
    .description('say what a call would get, why, and the smallest scopes that would allow it; no tool is run')
    .requiredOption(
      '--tool <tool>',
      "the name of the tool; of other things 'resource URI', 'template URI_TEMPLATE' or 'prompt NAME'",
    )
    .option('--scopes <scopes>', "the caller: the scopes of the token; '' for none")
    .option('--token <jwt>', 'the caller: a token, read without verifying it; - reads it from standard input')
    .option('--claims <file>', 'the caller: a JSON file with the claims of a token')
    .option('--args <json>', 'the arguments of the call; without them, what depends on them stays open')
    .action(async (_options: object, self: Command) => {
      const options = self.optsWithGlobals<ExplainOptions>()
      const { tool, args: text } = options
      const args = text === undefined ? undefined : { value: parseArguments(tool, text) }
      const source = await readCallerOptions(context, options)
      const inspected = await loadPolicy(context, options)
      const { explainCall, readCaller } = await import('@toolgate/core')
      const caller = await readCaller(inspected, source, Math.floor(Date.now() / 1000))
      const explanation = explainCall(inspected, { tool, caller, args })
      const basis = basisOf(source)
      if (options.json === true) context.terminal.print(JSON.stringify({ basis, ...explanation }))
      else printExplanation(context.terminal, explanation, basis)
    })
  addExamples(command, [
    "toolgate policy explain --tool notes_create --scopes 'notes:read'",
    `toolgate policy explain --tool files_write --scopes 'files:write' --args '{"path":"a.txt","overwrite":true}'`,
    'toolgate policy explain --tool notes_create --claims claims.json --json',
  ])
}

function basisOf(source: object): string {
  if ('claims' in source) return 'claims from a file: no token was verified'
  if (!('token' in source)) return 'scopes as given: no token was read'
  return 'a token that was NOT verified: its signature was not looked at, so anybody may have made it'
}
