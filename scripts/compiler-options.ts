import { join } from 'node:path'
import ts from 'typescript'

/** The compiler options of the root's tsconfig.json, with others in front of them. */
export function compilerOptions(root: string, others: ts.CompilerOptions): ts.CompilerOptions {
  const file = join(root, 'tsconfig.json')
  const { config } = ts.readConfigFile(file, (path) => ts.sys.readFile(path)) as { config: { compilerOptions: object } }
  return { ...ts.convertCompilerOptionsFromJson(config.compilerOptions, root, file).options, ...others }
}
