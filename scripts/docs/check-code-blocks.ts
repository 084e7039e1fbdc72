import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { compilerOptions } from '../compiler-options.ts'
import type { DocFault } from './doc-fault.ts'
import type { CodeBlock, DocPage } from './doc-page.ts'

/** Where the blocks are written: inside the repository, so that they find the packages as its own code does. */
const folderName = '.docs-check'

interface Extract {
  readonly page: DocPage
  readonly block: CodeBlock
}

/**
 * Type-checks the `ts` blocks and parses the `json` and `jsonc` blocks.
 *
 * A `ts` block is a module of its own. One whose first line is a comment with a path (`// src/greet.ts`) is a file of
 * that path, and other blocks of the page may import it.
 */
export function checkCodeBlocks(root: string, pages: readonly DocPage[]): readonly DocFault[] {
  const extracts = pages.flatMap((page) => page.blocks.map((block) => ({ page, block })))
  return [
    ...extracts.filter(({ block }) => ['json', 'jsonc'].includes(block.language)).flatMap(parseJson),
    ...checkTypes(
      root,
      extracts.filter(({ block }) => ['ts', 'typescript'].includes(block.language)),
    ),
  ]
}

function parseJson({ page, block }: Extract): readonly DocFault[] {
  if (block.language === 'json') {
    try {
      JSON.parse(block.text)
      return []
    } catch (error) {
      return [{ path: page.path, line: block.line, message: `not JSON: ${String(error)}` }]
    }
  }
  const { error } = ts.parseConfigFileTextToJson('block.jsonc', block.text) as { error?: ts.Diagnostic }
  return error === undefined ? [] : [{ path: page.path, line: block.line, message: `not JSONC: ${textOf(error)}` }]
}

function checkTypes(root: string, extracts: readonly Extract[]): readonly DocFault[] {
  const folder = join(root, folderName)
  rmSync(folder, { recursive: true, force: true })
  try {
    const files = new Map<string, Extract>()
    for (const extract of extracts) {
      const file = join(folder, extract.page.path.replace(/\.md$/, ''), fileOf(extract.block))
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, extract.block.text)
      files.set(file, extract)
    }
    const program = ts.createProgram([...files.keys()], compilerOptions(root, { noUnusedLocals: false }))
    return [...files].flatMap(([file, extract]) => {
      const source = program.getSourceFile(file)
      return source === undefined ? [] : ts.getPreEmitDiagnostics(program, source).map((each) => faultOf(extract, each))
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function fileOf(block: CodeBlock): string {
  return /^\/\/ ((?!\.\.)[\w./-]+\.ts)\s*$/m.exec(block.text.split('\n', 1)[0] ?? '')?.[1] ?? `line-${block.line}.ts`
}

function faultOf({ page, block }: Extract, diagnostic: ts.Diagnostic): DocFault {
  const start = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0
  return { path: page.path, line: block.line + start, message: textOf(diagnostic) }
}

function textOf(diagnostic: ts.Diagnostic): string {
  return ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n  ')
}
