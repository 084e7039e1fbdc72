import { PEERS, type PeerFigures } from './peer-figures.ts'

function share(value: number | undefined): string {
  if (value === undefined) return '-'
  return value < 0.01 ? value.toFixed(4) : value.toFixed(2)
}

/** The rates of all that are compared, as a Markdown table. */
export function peerTable(figures: readonly PeerFigures[]): string {
  const lines = figures.map(({ method, family, toolCount, shares }) => {
    const name = `${method.slice('tools/'.length)}, ${toolCount.toLocaleString('en')} tools, ${family}`
    return `| ${name} | ${PEERS.map(([party]) => share(shares[party])).join(' | ')} |`
  })
  return [
    "Requests per second as a share of the floor's (more is better; -: does not speak the revision, or does not filter its list)",
    '',
    `| request | ${PEERS.map(([, name]) => name).join(' | ')} |`,
    `| --- | ${PEERS.map(() => '---:').join(' | ')} |`,
    ...lines,
  ].join('\n')
}
