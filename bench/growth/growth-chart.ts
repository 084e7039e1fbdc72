import type { Compared } from './growth-figures.ts'
import type { GrowthResult } from './run-growth.ts'

const WIDTH = 760
const PANEL = { width: 360, height: 220, left: 56, top: 40, right: 16, bottom: 34 }

interface Panel {
  readonly title: string
  readonly names: readonly string[]
  readonly host: readonly number[]
  readonly floor: readonly number[]
}

/** What was measured of growth as a chart (SVG) of lines, both axes logarithmic; empty without tools and connections. */
export function growthChart({ tools = [], connections = [] }: GrowthResult): string {
  const rate = (figures: readonly Compared[]): Pick<Panel, 'host' | 'floor'> => ({
    host: figures.map(({ host }) => 1e6 / host),
    floor: figures.map(({ floor }) => 1e6 / floor),
  })
  const counts = tools.map(({ toolCount }) => toolCount.toLocaleString('en'))
  const crowds = connections.map((figures) => String(figures.connections))
  const tails = connections.map(({ p99 }) => p99)
  const panels: Panel[] = [
    { title: 'Calls per second, by tools', names: counts, ...rate(tools.map(({ call }) => call)) },
    { title: 'Lists per second, by tools', names: counts, ...rate(tools.map(({ list }) => list)) },
    { title: 'Calls per second, by connections', names: crowds, ...rate(connections.map(({ call }) => call)) },
    {
      title: 'p99 of calls in milliseconds, by connections',
      names: crowds,
      host: tails.map(({ host }) => host / 1000),
      floor: tails.map(({ floor }) => floor / 1000),
    },
  ].filter(({ names }) => names.length > 0)
  const height = Math.ceil(panels.length / 2) * PANEL.height
  const drawn = panels.map((panel, index) => {
    const place = `translate(${String((index % 2) * (WIDTH / 2))} ${String(Math.floor(index / 2) * PANEL.height)})`
    return `<g transform="${place}">\n${drawPanel(panel)}\n</g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(WIDTH)} ${String(height)}" width="${String(WIDTH)}" role="img">
<title>The host (blue) beside the floor (grey) as tools and connections grow</title>
<style>
text { font: 12px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600 }
path { fill: none; stroke-width: 2 }
.rule { stroke: #d0d7de; stroke-width: 1 }
.own { stroke: #1f6feb }
.other { stroke: #8c959f }
.of-own { fill: #1f6feb }
.of-other { fill: #6e7781 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .rule { stroke: #30363d } .other { stroke: #6e7681 } .own { stroke: #58a6ff } .of-own { fill: #58a6ff } .of-other { fill: #8b949e } }
</style>
${drawn.join('\n')}
</svg>
`
}

/** The powers of ten around some values. */
function decades(values: readonly number[]): readonly [number, number] {
  const exponents = values.filter((value) => value > 0).map((value) => Math.log10(value))
  return [Math.floor(Math.min(...exponents)), Math.ceil(Math.max(...exponents))]
}

function drawPanel({ title, names, host, floor }: Panel): string {
  const [lowest, highest] = decades([...host, ...floor])
  const span = Math.max(1, highest - lowest)
  const x = (index: number): number =>
    PANEL.left + (index / Math.max(1, names.length - 1)) * (PANEL.width - PANEL.left - PANEL.right)
  const y = (value: number): number =>
    PANEL.height - PANEL.bottom - ((Math.log10(value) - lowest) / span) * (PANEL.height - PANEL.top - PANEL.bottom)
  const line = (kind: string, values: readonly number[]): string =>
    `<path class="${kind}" d="M${values.map((value, index) => `${x(index).toFixed(1)} ${y(value).toFixed(1)}`).join('L')}"/>`
  const rules = Array.from({ length: span + 1 }, (_, step) => {
    const value = 10 ** (lowest + step)
    const at = y(value).toFixed(1)
    return [
      `<path class="rule" d="M${String(PANEL.left)} ${at}H${String(PANEL.width - PANEL.right)}"/>`,
      `<text x="${String(PANEL.left - 6)}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${value.toLocaleString('en')}</text>`,
    ].join('\n')
  })
  const labels = names.map(
    (name, index) =>
      `<text x="${x(index).toFixed(1)}" y="${String(PANEL.height - 14)}" text-anchor="middle">${name}</text>`,
  )
  return [
    `<text class="title" x="0" y="14">${title}</text>`,
    `<text class="of-own" x="${String(PANEL.left)}" y="31">Toolgate</text>`,
    `<text class="of-other" x="${String(PANEL.left + 64)}" y="31">the floor</text>`,
    ...rules,
    ...labels,
    line('other', floor),
    line('own', host),
  ].join('\n')
}
