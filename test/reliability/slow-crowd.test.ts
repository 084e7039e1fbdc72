import { expect } from 'chai'
import { Agent } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { startMeasuredHost, type MeasuredHost } from '../support/hostile/measured-host.ts'
import { mcpHeaders, send } from '../support/wire.ts'
import { print, scale, scaled } from './scale.ts'

const each = scaled({ short: 100, long: 1_000 })
const calls = scaled({ short: 200, long: 3_000 })
/** Milliseconds, of the long form: a short run beside other tests measures those. On a busy machine more counts as slow. */
const target = 100

describe('a slow crowd', () => {
  it('of dripping and idle connections does not keep honest calls waiting', async () => {
    const host = await startMeasuredHost()
    const agent = new Agent({ keepAlive: true, maxSockets: 4 })
    const { port, host: authority } = new URL(host.url)
    const crowd: Socket[] = []
    try {
      const alone = await timesOf(host, agent)
      for (let index = 0; index < each; index++) {
        crowd.push(await join(Number(port), drip(authority)), await join(Number(port), idle(authority)))
      }
      // A few at a time, so that what is measured is the host and not a burst of this process.
      let turn = 0
      const drips = setInterval(() => {
        for (let count = 0; count < each / 50; count++, turn = (turn + 1) % crowd.length) {
          const dripping = turn % 2 === 0
          const socket = crowd[turn]
          if (socket?.writable !== true) {
            crowd[turn] = joinAgain(Number(port), dripping ? drip(authority) : idle(authority))
          } else if (dripping) socket.write('x')
        }
      }, 5)
      const crowded = await timesOf(host, agent).finally(() => {
        clearInterval(drips)
      })
      const open = crowd.filter((socket) => socket.writable).length
      print('slow crowd', {
        dripping: each,
        idle: each,
        'still open': open,
        'honest calls': crowded.length,
        'p50 ms alone': at(alone, 0.5),
        'p99 ms alone': at(alone, 0.99),
        'p50 ms in the crowd': at(crowded, 0.5),
        'p99 ms in the crowd': at(crowded, 0.99),
        'most ms': at(crowded, 1),
      })
      expect(open, 'connections that are held').to.be.at.least(1.8 * each)
      const bound = Math.max(target, 5 * at(alone, 0.99))
      if (scale === 'long') expect(at(crowded, 0.99), 'p99 of honest calls, in ms').to.be.lessThan(bound)
      expect(host.child.exitCode).to.equal(null)
    } finally {
      agent.destroy()
      for (const socket of crowd) socket.destroy()
      expect(await host.close()).to.equal(0)
    }
  }).timeout(scaled({ short: 120_000, long: 600_000 }))
})

/** Milliseconds of honest calls over some seconds, sorted; each of them must be answered. */
async function timesOf(host: MeasuredHost, agent: Agent): Promise<readonly number[]> {
  const times: number[] = []
  const { origin } = new URL(host.url)
  const params = { name: 'fixture_echo', arguments: { text: 'honest' } }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
  const headers = { ...mcpHeaders, authorization: `Bearer ${host.token}`, 'mcp-protocol-version': '2025-11-25' }
  while (times.length < calls) {
    const started = performance.now()
    const answer = await send(origin, { method: 'POST', path: '/mcp', headers, body, agent })
    times.push(performance.now() - started)
    expect(answer.status).to.equal(200)
    expect(answer.text).to.include('honest')
    await delay(scaled({ short: 2, long: 10 }))
  }
  return times.sort((a, b) => a - b)
}

function at(sorted: readonly number[], share: number): number {
  return Number((sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN).toFixed(1))
}

async function join(port: number, text: string): Promise<Socket> {
  const socket = open(port)
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  socket.on('error', () => undefined)
  socket.write(text)
  return socket
}

/** The host cuts headers that drip for 10 s, and idle connections after 65 s; the crowd comes back at once. */
function joinAgain(port: number, text: string): Socket {
  const socket = open(port)
  socket.on('error', () => undefined)
  socket.write(text)
  return socket
}

function drip(authority: string): string {
  return `POST /mcp HTTP/1.1\r\nHost: ${authority}\r\nX-Drip: `
}

function idle(authority: string): string {
  return `GET /healthz HTTP/1.1\r\nHost: ${authority}\r\n\r\n`
}

function open(port: number): Socket {
  return connect(port, '127.0.0.1').resume()
}
