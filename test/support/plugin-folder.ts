import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from './host.ts'

/** A temporary folder with plugins of these sources under `plugins/`. Remove it when the test is done. */
export async function pluginFolder(sources: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder()
  for (const [name, source] of Object.entries(sources)) {
    await mkdir(join(folder, 'plugins', name, 'src'), { recursive: true })
    const manifest = JSON.stringify({ name, type: 'module', exports: './src/index.ts' })
    await writeFile(join(folder, 'plugins', name, 'package.json'), manifest)
    await writeFile(join(folder, 'plugins', name, 'src', 'index.ts'), source)
  }
  return folder
}
