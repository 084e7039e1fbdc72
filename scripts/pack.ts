import { spawnSync } from 'node:child_process'
import { glob, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { compilePackages } from './pack/compile-packages.ts'
import { stagePackage } from './pack/stage-package.ts'

const root = dirname(import.meta.dirname)
/** The folder that the first argument names, or `dist-packages`. */
const destination = resolve(process.argv[2] ?? join(root, 'dist-packages'))

const work = await mkdtemp(join(tmpdir(), 'toolgate-pack-'))
try {
  await compilePackages(root, join(work, 'compiled'))
  const folders: string[] = []
  for await (const path of glob('packages/*/package.json', { cwd: root })) {
    const name = basename(dirname(path))
    const target = join(work, 'staged', name)
    await stagePackage({
      root,
      source: join(root, 'packages', name),
      compiled: join(work, 'compiled', name, 'src'),
      target,
    })
    folders.push(`./${name}`)
  }
  await mkdir(destination, { recursive: true })
  for await (const path of glob('toolgate-*.tgz', { cwd: destination })) await rm(join(destination, path))
  const { status } = spawnSync(
    'npm',
    ['pack', ...folders.sort(), '--pack-destination', destination, '--loglevel', 'error'],
    {
      cwd: join(work, 'staged'),
      stdio: 'inherit',
      shell: process.platform === 'win32',
    },
  )
  process.exitCode = status ?? 1
} finally {
  await rm(work, { recursive: true, force: true })
}
