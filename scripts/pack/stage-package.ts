import { cp, glob, mkdir, readFile, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { publishedManifest } from './package-manifest.ts'
import type { PackageManifest } from './package-manifest.ts'

/** Where a package comes from and where it is put together. */
export interface StagePlaces {
  readonly root: string
  /** Its folder in the repository. */
  readonly source: string
  /** What the compiler made of its `src`. */
  readonly compiled: string
  /** The folder to pack. */
  readonly target: string
}

/** Puts together what the tarball of one package holds: `dist`, `bin`, package.json, README and LICENSE. */
export async function stagePackage({ root, source, compiled, target }: StagePlaces): Promise<void> {
  await mkdir(target, { recursive: true })
  await cp(compiled, join(target, 'dist'), { recursive: true })
  for await (const path of glob('src/**/*', { cwd: source, withFileTypes: true })) {
    if (!path.isFile() || path.name.endsWith('.ts')) continue
    const asset = join(path.parentPath, path.name)
    const place = join(target, 'dist', asset.slice(join(source, 'src').length))
    await mkdir(dirname(place), { recursive: true })
    await cp(asset, place)
  }
  for await (const path of glob('bin/*', { cwd: source })) {
    const text = await readFile(join(source, path), 'utf8')
    await mkdir(join(target, 'bin'), { recursive: true })
    await writeFile(join(target, path), text.replaceAll(/(['"])\.\.\/src\/([\w./-]+)\.ts\1/g, '$1../dist/$2.js$1'), {
      mode: 0o755,
    })
  }
  const manifest = JSON.parse(await readFile(join(source, 'package.json'), 'utf8')) as PackageManifest
  await writeFile(join(target, 'package.json'), `${JSON.stringify(publishedManifest(manifest), undefined, 2)}\n`)
  await cp(join(root, 'LICENSE'), join(target, 'LICENSE'))
  await writeFile(join(target, 'README.md'), await readmeOf(source, manifest))
}

async function readmeOf(source: string, { name, description }: PackageManifest): Promise<string> {
  const file = join(source, 'README.md')
  if (existsSync(file)) return readFile(file, 'utf8')
  return `# ${name}\n\n${description}. A part of Toolgate.\n`
}
