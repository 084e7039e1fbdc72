/** The scope that the benchmark's tokens hold, and every second tool asks for. */
export const HELD_SCOPE = 'bench:read'
/** The scope that nobody holds, and the other tools ask for. */
export const OTHER_SCOPE = 'bench:admin'

/** One tool of the benchmark. It answers its name and the text that it was given. */
export interface BenchTool {
  readonly name: string
  readonly description: string
  readonly scope: string
}

/** The tools of a server with so many of them, in the order of their names; the callers hold the scope of every second one. */
export function benchTools(count: number): BenchTool[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `bench_tool_${String(index).padStart(4, '0')}`,
    description: `Answers what it is given, as number ${String(index)} of the tools that the benchmark calls and lists`,
    scope: index % 2 === 0 ? HELD_SCOPE : OTHER_SCOPE,
  }))
}

/** The tools that the benchmark's tokens reach. */
export function allowedTools(count: number): BenchTool[] {
  return benchTools(count).filter(({ scope }) => scope === HELD_SCOPE)
}

/** Tools of one page of a list: the host's own number. */
const PAGE = 1000

/** What the first page of a list shows the benchmark's tokens. */
export function listedTools(count: number): BenchTool[] {
  return allowedTools(count).slice(0, PAGE)
}

/** JSON Schema of every tool's arguments. */
export const INPUT_SCHEMA = {
  type: 'object',
  properties: {
    text: { type: 'string', maxLength: 200, description: 'What to answer' },
    times: { type: 'integer', minimum: 1, maximum: 10, description: 'How often to answer it' },
  },
  required: ['text'],
} as const

/** What a tool answers. */
export function answerOf(tool: string, text: string, times = 1): string {
  return `${tool}: ${Array.from({ length: times }, () => text).join(' ')}`
}
