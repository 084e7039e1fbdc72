import { expect } from 'chai'
import { growthChart } from '../bench/growth/growth-chart.ts'
import { growthTables, markdownTable, plainTable } from '../bench/growth/growth-tables.ts'
import type { GrowthResult } from '../bench/growth/run-growth.ts'
import { streamFigures } from '../bench/growth/stream-memory.ts'
import { withGrowth } from '../bench/growth/write-growth.ts'
import { partsOf } from '../bench/parts.ts'
import { target } from '../bench/report.ts'

const compared = (host: number, floor: number) => ({ host, floor, hostTimesFloor: host / floor })
const memory = (resident: number, lasting: number, heap: number) => ({ resident, lasting, heap })

const result: GrowthResult = {
  tools: [10, 10_000].map((toolCount) => ({
    toolCount,
    call: compared(50, 20),
    list: compared(4_000, 3_000),
    callRateByFewest: 0.97,
    startMs: 812.4,
    residentBytes: 200 * 1_048_576,
  })),
  connections: [1, 256].map((connections) => ({
    connections,
    call: compared(100, 50),
    p50: compared(1_000, 500),
    p99: compared(6_000, 2_000),
  })),
  streams: streamFigures({
    host: [memory(40_960, 20_480, 10_240), memory(30_720, 21_504, 10_240), memory(51_200, 22_528, 10_240)],
    bare: [memory(20_480, 10_240, 5_120), memory(20_480, 10_240, 5_120), memory(20_480, 10_240, 5_120)],
  }),
  targets: [target('of a thing', 3.5, 'at most', 3), target('of another', 20, 'at most', 32, 'KiB')],
  auditRecords: 2,
}

describe('the growth in the benchmark', () => {
  it('is shown as rates and shares of the floor, and as times of it', () => {
    const [tools, connections] = growthTables(result)
    expect(tools?.cells.at(-1)).to.deep.equal([
      '10,000',
      ...['20,000', '50,000', '0.40'],
      ...['250', '333', '0.75'],
      ...['812', '200'],
    ])
    expect(connections?.cells.at(-1)).to.deep.equal([
      '256',
      ...['10,000', '20,000', '0.50'],
      ...['1.00', '0.50', '2.00'],
      ...['6.00', '2.00', '3.00'],
    ])
  })

  it('takes of the memory of streams the medians of the repeats, and of ratios the median of each repeat', () => {
    const streams = growthTables(result).at(-1)
    expect(streams?.cells.slice(1)).to.deep.equal([
      ['host, subscriptions/listen', '40.0', '21.0', '10.0'],
      ['bare node:http, text/event-stream', '20.0', '10.0', '5.0'],
      ['ratio', '2.00', '2.10', '2.00'],
    ])
  })

  it('shows the parts that were run and no others', () => {
    const { tools = [], targets, auditRecords } = result
    expect(growthTables({ tools, targets, auditRecords })).to.have.length(1)
    expect(growthTables({ targets, auditRecords })).to.deep.equal([])
  })

  it('is a table of aligned columns in a terminal and in Markdown', () => {
    const table = { title: 'Title', cells: [['name', 'x'], ['long name', '1,000']] } // prettier-ignore
    expect(plainTable(table)).to.equal('Title\nname           x\nlong name  1,000')
    expect(markdownTable(table)).to.equal(
      'Title:\n\n| name      |     x |\n| --------- | ----: |\n| long name | 1,000 |',
    )
  })

  it('stands in the README in the place of the figures before, and says which target was missed', () => {
    const readme = 'before\n\n<!-- bench-growth -->\nfigures of yesterday\n<!-- /bench-growth -->\n\nafter\n'
    const text = withGrowth(readme, result)
    expect(text)
      .to.match(/^before\n\n<!-- bench-growth -->\n\nGrowth over tools/)
      .and.match(/<!-- \/bench-growth -->\n\nafter\n$/)
    expect(text).to.include('of a thing: 3.50 (at most 3: missed); of another: 20.00 KiB (at most 32: met).')
    expect(text).to.not.include('yesterday')
    expect(withGrowth(text, result)).to.equal(text)
  })

  it('is not written into a README that has no place for it', () => {
    expect(() => withGrowth('no place', result)).to.throw('<!-- bench-growth -->')
  })

  it('is drawn with a line of the host and of the floor for each of four figures', () => {
    const chart = growthChart(result)
    expect(chart.match(/class="own" d="M/g)).to.have.length(4)
    expect(chart.match(/class="other" d="M/g)).to.have.length(4)
    expect(chart).to.not.match(/NaN|Infinity|undefined/)
  })

  it('is run by part, or whole', () => {
    expect(partsOf(undefined)).to.deep.equal(['hosts', 'tools', 'connections', 'streams'])
    expect(partsOf('growth')).to.deep.equal(['tools', 'connections', 'streams'])
    expect(partsOf('hosts,streams')).to.deep.equal(['hosts', 'streams'])
    expect(() => partsOf('memory')).to.throw('--only memory: say hosts, tools, connections, streams, growth')
  })
})
