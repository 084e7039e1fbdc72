import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import type { Command } from 'commander'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { addExamples } from '../examples.ts'
import { pluginFiles } from '../templates/plugin-files.ts'
import { writeNewFiles } from '../write-new-files.ts'

interface PluginNewOptions extends GlobalOptions {
  readonly folder: string
}

/** `toolgate plugin new NAME`: a plugin folder with one tool and a test that passes. */
export function addPluginCommand(program: Command, { terminal, folder }: CommandContext): void {
  const plugin = program.command('plugin').description('make plugins')
  const command = plugin
    .command('new')
    .description('make a plugin from the template: one tool, a test that passes')
    .argument('<name>', 'a-z, 0-9 and hyphens; the name of the folder too')
    .option('--folder <folder>', 'the plugins folder', 'plugins')
    .action(async (name: string, _options: object, self: Command) => {
      const options = self.optsWithGlobals<PluginNewOptions>()
      const place = resolve(folder, options.folder, name)
      const files = pluginFiles(name)
      await writeNewFiles(place, files)
      if (options.json === true) {
        terminal.print(JSON.stringify({ plugin: name, folder: place, files: [...files.keys()] }))
        return
      }
      const there = relative(folder, place) || '.'
      terminal.print(
        `Made the plugin ${name}:\n${[...files.keys()].map((path) => `  ${join(there, path)}`).join('\n')}\n`,
      )
      terminal.print(`Next:\n${nextSteps(name, there, existsSync(join(folder, 'package.json'))).join('\n')}`)
    })
  addExamples(command, ['toolgate plugin new weather', 'toolgate plugin new weather --folder ./plugins'])
}

function nextSteps(name: string, place: string, hasManifest: boolean): readonly string[] {
  return [
    ...(hasManifest ? ['  npm install                 # if the plugin gets dependencies of its own'] : []),
    `  npx node --test '${join(place, 'test', '*.test.ts')}'`,
    `  a line under scopes in mcp.config.ts:  '${name}:read': { description: '...' },`,
    '  npx toolgate check          # prints the tool with its scopes',
  ]
}
