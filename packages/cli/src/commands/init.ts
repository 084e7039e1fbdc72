import { mkdir } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import type { Command } from 'commander'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { addExamples } from '../examples.ts'
import { workingFolderFiles } from '../templates/working-folder-files.ts'
import { workingFolderManifest, writeManifest } from '../templates/working-folder-manifest.ts'
import { writeNewFiles } from '../write-new-files.ts'

/** `toolgate init [FOLDER]`: a working folder with a configuration and one plugin. */
export function addInitCommand(program: Command, { terminal, folder }: CommandContext): void {
  const command = program
    .command('init')
    .description('make a working folder: a configuration, one plugin with a test, package.json')
    .argument('[folder]', 'where to make it', '.')
    .action(async (target: string, _options: object, self: Command) => {
      const place = resolve(folder, target)
      const manifest = await workingFolderManifest(place)
      const files = workingFolderFiles()
      await writeNewFiles(place, files)
      await mkdir(place, { recursive: true })
      await writeManifest(place, manifest)
      const written = [...files.keys(), 'package.json'].sort()
      if (self.optsWithGlobals<GlobalOptions>().json === true) {
        terminal.print(JSON.stringify({ folder: place, files: written }))
        return
      }
      const there = relative(folder, place)
      terminal.print(`Made in ${place}:\n${written.map((path) => `  ${path}`).join('\n')}\n`)
      terminal.print(`Next: ${there === '' ? '' : `cd ${there} && `}npm install && npm start`)
    })
  addExamples(command, ['toolgate init', 'toolgate init my-tools'])
}
