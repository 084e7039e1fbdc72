import { expect } from 'chai'
import { setTimeout as delay } from 'node:timers/promises'
import {
  createSigningKey,
  goodClaims,
  goodHeader,
  signToken,
  startIssuer,
  type SigningKey,
  type TestIssuer,
} from '../../packages/auth/test/support/issuer.ts'
import { startTestHost, type TestHost } from '../support/host.ts'
import { callTool, type WireAnswer } from '../support/wire.ts'
import { print, scaled } from './scale.ts'

const MINUTE = 60
const HOUR = 3_600
/** Tokens at each look during an outage: half of them are new, half are from before it. */
const TOKENS_AT_A_LOOK = scaled({ short: 8, long: 200 })

describe('a host whose issuer', () => {
  let key: SigningKey
  let next: SigningKey
  let issuer: TestIssuer
  let host: TestHost
  /** Seconds by which the clock of the host is ahead. */
  let ahead: number
  let serial = 0

  before(async () => {
    key = await createSigningKey('ES256', 'k1')
    next = await createSigningKey('ES256', 'k2')
  })
  beforeEach(async () => {
    issuer = await startIssuer([key])
    ahead = 0
  })
  afterEach(async () => {
    await host.close()
    await issuer[Symbol.asyncDispose]()
  })

  const clock = (): number => Date.now() + ahead * 1000

  async function start(): Promise<void> {
    host = await startTestHost({ config: { authorizationServers: [{ issuer: issuer.issuer }] }, clock })
  }

  /** A token that the host has not seen. */
  function fresh(by = key, header = goodHeader(by), lifetime = 600): Promise<string> {
    const now = Math.floor(clock() / 1000)
    serial++
    const claims = { aud: host.url, scope: 'fixture:read', jti: String(serial), exp: now + lifetime }
    return signToken(by, { ...goodClaims(issuer.issuer, now), ...claims }, header)
  }

  const call = (token: string): Promise<WireAnswer> => callTool('modern', host.url, token, 'fixture_anyone')

  async function until(condition: () => Promise<boolean>): Promise<void> {
    while (!(await condition())) await delay(10)
  }

  const fetches = (): number => issuer.requests.length

  /** Keys are held and as old as they get before they are refreshed; then the issuer goes. */
  async function beginOutage(): Promise<void> {
    await start()
    await until(async () => (await call(await fresh())).status === 200)
    ahead += 10 * MINUTE - 1
    issuer.down = true
  }

  for (const [name, looks, step] of [
    ['10 minutes', 10, MINUTE],
    ['24 hours', 24, HOUR],
  ] as const) {
    it(`is down for ${name} serves every token of a known key`, async () => {
      await beginOutage()
      const lifetime = looks * step + HOUR
      const old = await Promise.all(Array.from({ length: TOKENS_AT_A_LOOK / 2 }, () => fresh(key, undefined, lifetime)))
      const statuses: number[] = []
      for (let look = 1; look <= looks; look++) {
        ahead += step
        const young = await Promise.all(Array.from({ length: TOKENS_AT_A_LOOK / 2 }, () => fresh()))
        const answers = await Promise.all([...old, ...young].map(call))
        statuses.push(...answers.map(({ status }) => status))
      }
      const served = statuses.filter((status) => status === 200).length
      print(`issuer down for ${name}`, { calls: statuses.length, served, refused: statuses.length - served })
      expect(statuses).to.have.length(looks * TOKENS_AT_A_LOOK)
      expect(served).to.equal(statuses.length)
    })
  }

  it('has been down for longer than keys are held answers 503, and serves again after its return', async () => {
    await beginOutage()
    ahead += 24 * HOUR + 20 * MINUTE
    const answer = await call(await fresh())
    expect(answer.status).to.equal(503)
    expect(Number(answer.headers['retry-after'])).to.be.within(1, 30)
    issuer.down = false
    ahead += 5
    expect((await call(await fresh())).status).to.equal(200)
  })

  const refuses = { how: 'refuses connections', silence: false }
  const hangs = { how: 'takes connections and says nothing', silence: true }
  for (const { how, silence } of scaled({ short: [refuses], long: [refuses, hangs] })) {
    it(`${how} at a cold start listens, answers 503, and serves soon after its return`, async () => {
      const answers = new Map(issuer.answers)
      if (silence) for (const path of answers.keys()) issuer.answers.set(path, () => undefined)
      else issuer.down = true
      await start()
      const cold = await call(await fresh())
      expect(cold.status).to.equal(503)
      expect(Number(cold.headers['retry-after'])).to.be.within(1, 30)
      const ready = async () => (await fetch(`${host.origin}/readyz`)).status === 200
      expect(await ready()).to.equal(false)
      if (silence) await delay(4_000)

      for (const [path, answer] of answers) issuer.answers.set(path, answer)
      issuer.down = false
      const returned = performance.now()
      await until(ready)
      expect((await call(await fresh())).status).to.equal(200)
      const seconds = (performance.now() - returned) / 1000
      print(`cold start while the issuer ${how}`, { 'seconds from its return to the first call': seconds.toFixed(1) })
      expect(seconds).to.be.below(30)
    })
  }

  it('is named by 500 tokens of unknown kids is asked at most 5 times, and known ones are served meanwhile', async () => {
    await start()
    await until(async () => (await call(await fresh())).status === 200)
    const before = fetches()
    const answers: WireAnswer[] = []
    let known = 0
    for (let batch = 0; batch < 25; batch++) {
      const header = (index: number) => ({ ...goodHeader(key), kid: `unknown-${String(batch)}-${String(index)}` })
      const tokens = await Promise.all(Array.from({ length: 20 }, (_, index) => fresh(key, header(index))))
      answers.push(...(await Promise.all(tokens.map(call))))
      if ((await call(await fresh())).status === 200) known++
      // 500 tokens within a minute and a half.
      ahead += 3.6
    }
    const refused = answers.filter(({ status }) => status === 401).length
    print('tokens of unknown kids', { tokens: answers.length, refused, fetches: fetches() - before })
    expect(refused).to.equal(500)
    expect(answers.every(({ headers }) => headers['www-authenticate']?.includes('invalid_token'))).to.equal(true)
    expect(known).to.equal(25)
    expect(fetches() - before).to.be.within(1, 5)
  })

  it('publishes a new key just after it was asked has that key served within 30 s', async () => {
    await start()
    await until(async () => (await call(await fresh())).status === 200)
    ahead += 31
    const stranger = await fresh(key, { ...goodHeader(key), kid: 'unknown' })
    const before = fetches()
    expect((await call(stranger)).status).to.equal(401)
    expect(fetches()).to.equal(before + 1)
    issuer.jwks = { keys: [key.jwk, next.jwk] }
    const began = ahead
    while ((await call(await fresh(next))).status !== 200 && ahead - began < 120) ahead++
    print('a rotated key', { 'seconds until it was served': ahead - began })
    expect(ahead - began).to.be.within(1, 30)
    expect((await call(await fresh(key))).status).to.equal(200)
  })

  it('withdraws a key has its tokens refused within 10 minutes, those that were served before too', async () => {
    await start()
    await until(async () => (await call(await fresh())).status === 200)
    const served = await fresh(key, undefined, HOUR)
    expect((await call(served)).status).to.equal(200)
    issuer.jwks = { keys: [next.jwk] }
    const statuses = async () => [(await call(served)).status, (await call(await fresh(key))).status]
    let last = await statuses()
    const began = ahead
    while (last.includes(200) && ahead - began < HOUR) {
      ahead += 30
      // The clock stands while the keys are fetched.
      for (let tries = 0; tries < (ahead - began < 10 * MINUTE ? 1 : 300) && last.includes(200); tries++) {
        last = await statuses()
        await delay(10)
      }
    }
    print('a withdrawn key', { 'seconds until it was refused': ahead - began })
    expect(last).to.deep.equal([401, 401])
    expect(ahead - began).to.be.within(1, 10 * MINUTE)
    expect((await call(await fresh(next))).status).to.equal(200)
  })
})
