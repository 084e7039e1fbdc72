import { glob } from 'node:fs/promises'

/** The Markdown files that people read, from the root of the repository, in order. */
export async function docPaths(root: string): Promise<readonly string[]> {
  const patterns = ['*.md', 'docs/**/*.md', 'packages/*/README.md', 'plugins/*/README.md']
  const paths: string[] = []
  for await (const path of glob(patterns, { cwd: root })) paths.push(path.replaceAll('\\', '/'))
  return paths.sort()
}
