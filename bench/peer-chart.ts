import { PEERS, type PeerFigures } from './peer-figures.ts'

const WIDTH = 760
const LEFT = 210
const BAR = 16
const ROW = 20
const HEAD = 34
const SCALE = WIDTH - LEFT - 60

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

function group({ method, family, toolCount, shares }: PeerFigures, top: number): { svg: string; height: number } {
  const title = `${method}, ${toolCount.toLocaleString('en')} tools, ${family}`
  const rows = PEERS.flatMap(([party, name]) => {
    const value = shares[party]
    return value === undefined ? [] : [{ name, value, own: party === 'toolgate' }]
  })
  const bars = rows.map(({ name, value, own }, index) => {
    const y = top + HEAD + index * ROW
    const width = Math.max(1, Math.round(Math.min(1, value) * SCALE))
    return [
      `<text class="name" x="${String(LEFT - 8)}" y="${String(y + 12)}" text-anchor="end">${escape(name)}</text>`,
      `<rect class="${own ? 'own' : 'other'}" x="${String(LEFT)}" y="${String(y)}" width="${String(width)}" height="${String(BAR)}" rx="2"/>`,
      `<text class="value" x="${String(LEFT + width + 6)}" y="${String(y + 12)}">${value.toFixed(value < 0.1 ? 3 : 2)}</text>`,
    ].join('\n')
  })
  const svg = [`<text class="title" x="0" y="${String(top + 22)}">${escape(title)}</text>`, ...bars].join('\n')
  return { svg, height: HEAD + rows.length * ROW + 10 }
}

/** The rates of all that are compared, by the floor's, as a chart (SVG) that is readable on light and on dark ground. */
export function peerChart(figures: readonly PeerFigures[]): string {
  let top = 0
  const groups = figures.map((figure) => {
    const { svg, height } = group(figure, top)
    top += height
    return svg
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(WIDTH)} ${String(top + 10)}" width="${String(WIDTH)}" role="img">
<title>Requests per second as a share of the floor's</title>
<style>
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600 }
.own { fill: #1f6feb }
.other { fill: #8c959f }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .other { fill: #6e7681 } .own { fill: #58a6ff } }
</style>
${groups.join('\n')}
</svg>
`
}
