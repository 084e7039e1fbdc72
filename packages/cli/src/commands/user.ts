import type { Command } from 'commander'
import type { AllowedScopes, User } from '@toolgate/authority'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { addExamples } from '../examples.ts'
import { withUsers, type AuthorityConfig } from '../with-users.ts'
import { printTable } from '../print-table.ts'
import { allowedScopes, passwordOf, type UserOptions } from '../user-options.ts'

const scopesOption = ['--scopes <scopes>', "what the user may do: 'notes:read notes:write'"] as const
const allOption = ['--all-scopes', 'the user may do everything, also what later plugins bring'] as const
const passwordOption = ['--password-stdin', 'read the password from standard input instead of making one'] as const

/** `toolgate user ...`: who may sign in at the embedded authorization server. A running host acts at its next call. */
export function addUserCommand(program: Command, context: CommandContext): void {
  const user = program.command('user').description('manage who may sign in at the embedded authorization server')
  for (const add of [addAdd, addList, addScopes, addPassword, addRevoke, addRemove]) add(user, context)
  addExamples(user, ["toolgate user add ada --scopes 'notes:read notes:write'", 'toolgate user list'])
}

function addAdd(user: Command, context: CommandContext): void {
  const command = user
    .command('add')
    .description('add a user; a password is made and shown once')
    .argument('<name>')
    .option(...scopesOption)
    .option(...allOption)
    .option(...passwordOption)
    .action(async (name: string, _options: object, self: Command) => {
      const options = self.optsWithGlobals<UserOptions>()
      const scopes = allowedScopes(options)
      const given = await passwordOf(options, context.terminal)
      const password = await withUsers(context, options, (users, config) => {
        warnOfUnknown(context, config, scopes)
        return users.add({ name, scopes, ...(given !== undefined && { password: given }) }).password
      })
      const shown = given === undefined ? `, password ${password} (shown this once)` : ''
      report(context, options, `Added ${name}, who may have ${scopesText(scopes)}${shown}.`, { user: name, scopes })
    })
  addExamples(command, [
    "toolgate user add ada --scopes 'notes:read notes:write'",
    'toolgate user add root --all-scopes --password-stdin < password.txt',
  ])
}

function addList(user: Command, context: CommandContext): void {
  const command = user
    .command('list')
    .description('list the users')
    .action(async (_options: object, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      const all = await withUsers(context, options, (users) => users.list())
      if (options.json === true) context.terminal.print(JSON.stringify(all))
      else printTable(context.terminal, ['USER', 'SCOPES', 'SINCE', 'PASSWORD'], all.map(userRow))
    })
  addExamples(command, ['toolgate user list', 'toolgate user list --json'])
}

function addScopes(user: Command, context: CommandContext): void {
  const command = user
    .command('scopes')
    .description('change what a user may do; tokens that hold more are refused from the next call')
    .argument('<name>')
    .option(...scopesOption)
    .option(...allOption)
    .action(async (name: string, _options: object, self: Command) => {
      const options = self.optsWithGlobals<UserOptions>()
      const scopes = allowedScopes(options)
      await withUsers(context, options, (users, config) => {
        warnOfUnknown(context, config, scopes)
        users.setScopes(name, scopes)
      })
      report(context, options, `${name} may now have ${scopesText(scopes)}.`, { user: name, scopes })
    })
  addExamples(command, ['toolgate user scopes ada --scopes notes:read', 'toolgate user scopes ada --all-scopes'])
}

function addPassword(user: Command, context: CommandContext): void {
  const command = user
    .command('password')
    .description('set a new password; every sign-in and token of the user ends')
    .argument('<name>')
    .option(...passwordOption)
    .action(async (name: string, _options: object, self: Command) => {
      const options = self.optsWithGlobals<UserOptions>()
      const given = await passwordOf(options, context.terminal)
      const { generatePassword } = await import('@toolgate/authority')
      const password = given ?? generatePassword()
      await withUsers(context, options, (users) => {
        users.setPassword(name, password)
      })
      const shown = given === undefined ? `: ${password} (shown this once)` : ''
      report(context, options, `${name} has a new password${shown}.`, { user: name })
    })
  addExamples(command, ['toolgate user password ada', 'toolgate user password ada --password-stdin < password.txt'])
}

function addRevoke(user: Command, context: CommandContext): void {
  const command = user
    .command('revoke')
    .description('end every sign-in, grant and token of a user')
    .argument('<name>')
    .action(async (name: string, _options: object, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      await withUsers(context, options, (users) => {
        users.revoke(name)
      })
      report(context, options, `Every sign-in and token of ${name} is ended.`, { user: name })
    })
  addExamples(command, ['toolgate user revoke ada'])
}

function addRemove(user: Command, context: CommandContext): void {
  const command = user
    .command('remove')
    .description('remove a user with every sign-in, grant and token')
    .argument('<name>')
    .action(async (name: string, _options: object, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      await withUsers(context, options, (users) => {
        users.remove(name)
      })
      report(context, options, `Removed ${name}.`, { user: name })
    })
  addExamples(command, ['toolgate user remove ada'])
}

function userRow({ name, scopes, createdAt, passwordChanged }: User): readonly string[] {
  const since = new Date(createdAt).toISOString().slice(0, 10)
  return [name, scopesText(scopes), since, passwordChanged ? 'changed' : 'the first one']
}

function scopesText(scopes: AllowedScopes): string {
  if (scopes === 'all') return 'every scope'
  return scopes.length === 0 ? 'no scope' : scopes.join(' ')
}

/** A scope that the configuration does not describe is usually a slip of the keyboard, but may be a plugin's. */
function warnOfUnknown({ terminal }: CommandContext, config: AuthorityConfig, scopes: AllowedScopes): void {
  const unknown = scopes === 'all' ? [] : scopes.filter((scope) => !Object.hasOwn(config.scopes, scope))
  if (unknown.length > 0) {
    terminal.remark(`toolgate: the configuration describes no ${unknown.join(', ')}: toolgate check lists the scopes.`)
  }
}

function report({ terminal }: CommandContext, options: GlobalOptions, text: string, data: object): void {
  terminal.print(options.json === true ? JSON.stringify(data) : text)
}
