import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import ts from 'typescript'
import { compilerOptions } from '../compiler-options.ts'

/**
 * Compiles the sources of all packages to JavaScript and declarations, into `<outDir>/<package>/src`.
 *
 * @throws Error with every fault that the compiler finds
 */
export async function compilePackages(root: string, outDir: string): Promise<void> {
  const files: string[] = []
  for await (const path of glob('packages/*/src/**/*.ts', { cwd: root })) files.push(join(root, path))
  const program = ts.createProgram(
    files,
    compilerOptions(root, {
      noEmit: false,
      noEmitOnError: true,
      declaration: true,
      allowImportingTsExtensions: false,
      rewriteRelativeImportExtensions: true,
      rootDir: join(root, 'packages'),
      outDir,
      types: ['node'],
      configFilePath: join(root, 'tsconfig.json'),
    }),
  )
  const { diagnostics } = program.emit()
  const faults = ts.sortAndDeduplicateDiagnostics([...ts.getPreEmitDiagnostics(program), ...diagnostics])
  if (faults.length === 0) return
  const host = { getCurrentDirectory: () => root, getCanonicalFileName: (name: string) => name, getNewLine: () => '\n' }
  throw new Error(ts.formatDiagnostics(faults, host))
}
