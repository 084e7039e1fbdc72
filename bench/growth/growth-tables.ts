import type { Compared, ConnectionGrowth, ToolGrowth } from './growth-figures.ts'
import type { GrowthResult } from './run-growth.ts'
import { STREAMS_BEFORE, STREAMS_COUNTED, type StreamFigures } from './stream-memory.ts'

/** A table of cells, the first line being its head. */
export interface GrowthTable {
  readonly title: string
  readonly cells: readonly (readonly string[])[]
}

const whole = (value: number): string => Math.round(value).toLocaleString('en')
const twoPlaces = (value: number): string => value.toFixed(2)
const kibibytes = (bytes: number): string => (bytes / 1024).toFixed(1)

/** Rates per second of host and floor, and the host's as a share. */
function rates({ host, floor, hostTimesFloor }: Compared): string[] {
  return [whole(1e6 / host), whole(1e6 / floor), twoPlaces(1 / hostTimesFloor)]
}

/** Milliseconds of host and floor, and how many times as long the host takes. */
function times({ host, floor, hostTimesFloor }: Compared): string[] {
  return [twoPlaces(host / 1000), twoPlaces(floor / 1000), twoPlaces(hostTimesFloor)]
}

const HEAD = ['host', 'floor', 'share']

function toolTable(tools: readonly ToolGrowth[]): GrowthTable {
  return {
    title:
      'Growth over tools: requests per second of 16 connections, 2026-07-28 (of a list the first page, which has at most 1,000 of the tools; callers see every second tool)',
    cells: [
      ['tools', ...HEAD.map((name) => `call: ${name}`), ...HEAD.map((name) => `list: ${name}`), 'start, ms', 'MiB'],
      ...tools.map(({ toolCount, call, list, startMs, residentBytes }) => [
        whole(toolCount),
        ...rates(call),
        ...rates(list),
        whole(startMs),
        whole(residentBytes / 1_048_576),
      ]),
    ],
  }
}

function connectionTable(figures: readonly ConnectionGrowth[]): GrowthTable {
  const parts = ['p50', 'p99'].flatMap((part) => ['host', 'floor', 'ratio'].map((name) => `${part}: ${name}`))
  return {
    title: 'Growth over connections: calls per second, and milliseconds of an answer, 10 tools, 2026-07-28',
    cells: [
      ['connections', ...HEAD, ...parts],
      ...figures.map(({ connections, call, p50, p99 }) => [
        whole(connections),
        ...rates(call),
        ...times(p50),
        ...times(p99),
      ]),
    ],
  }
}

function streamTable(figures: StreamFigures): GrowthTable {
  const counted = `from ${whole(STREAMS_BEFORE)} to ${whole(STREAMS_BEFORE + STREAMS_COUNTED)} open streams`
  const line = (name: string, of: keyof StreamFigures, cell: (value: number) => string): string[] => {
    const { resident, lasting, heap } = figures[of]
    return [name, cell(resident), cell(lasting), cell(heap)]
  }
  return {
    title: `Memory of one idle stream, KiB: what a new process grew by ${counted}, by their number, each time after a collection; also without the young generation of its heap, which grows to its bound once, for whatever a process does`,
    cells: [
      ['stream', 'resident (RSS)', 'without young', 'heap in use'],
      line('host, subscriptions/listen', 'host', kibibytes),
      line('bare node:http, text/event-stream', 'bare', kibibytes),
      line('ratio', 'hostTimesBare', twoPlaces),
    ],
  }
}

/** What was measured of growth, as tables. */
export function growthTables({ tools, connections, streams }: GrowthResult): GrowthTable[] {
  return [
    ...(tools === undefined ? [] : [toolTable(tools)]),
    ...(connections === undefined ? [] : [connectionTable(connections)]),
    ...(streams === undefined ? [] : [streamTable(streams)]),
  ]
}

/** What the figures of growth do not say. */
export const NOT_MEASURED =
  'Not measured of growth: clients on another machine, TLS, the older revisions, further pages of a list, several workers; of a stream neither what the kernel holds for its connection nor what telling it news takes.'

function widthsOf(cells: GrowthTable['cells']): number[] {
  return (cells[0] ?? []).map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)))
}

function padded(line: readonly string[], widths: readonly number[]): string[] {
  return line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
}

/** A table as lines for a terminal. */
export function plainTable({ title, cells }: GrowthTable): string {
  const widths = widthsOf(cells)
  return [title, ...cells.map((line) => padded(line, widths).join('  '))].join('\n')
}

/** A table in Markdown, as it is formatted in this repository. */
export function markdownTable({ title, cells }: GrowthTable): string {
  const widths = widthsOf(cells).map((width) => Math.max(width, 3))
  const lines = cells.map((line) => `| ${padded(line, widths).join(' | ')} |`)
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [`${title}:`, '', lines[0], `| ${rule.join(' | ')} |`, ...lines.slice(1)].join('\n')
}
