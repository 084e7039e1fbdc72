import { readFile } from 'node:fs/promises'

/** A fenced block of code. */
export interface CodeBlock {
  /** The first word behind the fence, in lower case; empty if there is none. */
  readonly language: string
  /** The line of the block's first line of code, from 1. */
  readonly line: number
  readonly text: string
}

/** A link or an image of a page. */
export interface Link {
  readonly target: string
  readonly line: number
}

/** What the checks need to know of a Markdown file. */
export interface DocPage {
  /** From the root of the repository, with `/`. */
  readonly path: string
  readonly text: string
  readonly blocks: readonly CodeBlock[]
  readonly links: readonly Link[]
  /** The anchors of its headings, as GitHub makes them, and of its `id` attributes. */
  readonly anchors: ReadonlySet<string>
}

/** Reads a Markdown file of the repository. */
export async function readDocPage(root: string, path: string): Promise<DocPage> {
  const text = await readFile(`${root}/${path}`, 'utf8')
  const blocks: CodeBlock[] = []
  const prose = splitBlocks(text, blocks)
  return { path, text, blocks, links: linksOf(prose), anchors: anchorsOf(prose) }
}

/** Collects the fenced blocks and returns the lines with those of blocks left empty. */
function splitBlocks(text: string, blocks: CodeBlock[]): readonly string[] {
  const prose: string[] = []
  let open: { fence: string; indent: number; language: string; line: number; code: string[] } | undefined
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^( *)(`{3,}|~{3,})\s*(\S*)/.exec(line)
    if (open === undefined) {
      if (fence) {
        const [, indent = '', mark = '', language = ''] = fence
        open = { fence: mark, indent: indent.length, language: language.toLowerCase(), line: index + 2, code: [] }
      }
      prose.push(fence ? '' : line)
      continue
    }
    prose.push('')
    if (fence?.[2]?.startsWith(open.fence) && line.trim() === fence[2]) {
      blocks.push({ language: open.language, line: open.line, text: `${open.code.join('\n')}\n` })
      open = undefined
    } else {
      open.code.push(line.slice(Math.min(open.indent, line.length - line.trimStart().length)))
    }
  }
  return prose
}

function linksOf(prose: readonly string[]): readonly Link[] {
  const patterns = [
    /\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g, // [text](target), ![alt](target)
    /^\s*\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)/g, // [name]: target
    /\b(?:href|src|srcset)="([^"]+)"/g,
  ]
  return prose.flatMap((line, index) => {
    const words = line.replaceAll(/`[^`]*`/g, '')
    return patterns.flatMap((pattern) =>
      [...words.matchAll(pattern)].map(([, target = '']) => ({ target, line: index + 1 })),
    )
  })
}

function anchorsOf(prose: readonly string[]): ReadonlySet<string> {
  const anchors = new Set<string>()
  for (const line of prose) {
    for (const [, id = ''] of line.matchAll(/\b(?:id|name)="([^"]+)"/g)) anchors.add(id)
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1]
    if (heading === undefined) continue
    const slug = slugOf(heading)
    let unique = slug
    for (let count = 1; anchors.has(unique); count += 1) unique = `${slug}-${count}`
    anchors.add(unique)
  }
  return anchors
}

/** The anchor that GitHub gives a heading. */
function slugOf(heading: string): string {
  return heading
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-')
}
