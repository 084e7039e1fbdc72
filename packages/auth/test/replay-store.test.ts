import { expect } from 'chai'
import { AuthError } from '../src/index.ts'
import { ReplayStore } from '../src/replay-store.ts'

function codeOf(work: () => void): string {
  try {
    work()
    return 'used'
  } catch (error) {
    if (error instanceof AuthError) return error.code
    throw error
  }
}

/** A store whose clock the test moves. */
function createBench(maxEntries: number, maxEntriesPerOwner: number) {
  const time = { now: 1000 }
  const store = new ReplayStore(() => time.now * 1000, { maxEntries, maxEntriesPerOwner })
  const use = (owner: string, jti: string, thumbprint = 'key') =>
    codeOf(() => {
      store.use({ owner, thumbprint, jti, until: time.now + 65 })
    })
  return Object.assign(time, { store, use })
}

describe('ReplayStore', () => {
  it('tells keys and callers apart', () => {
    const { use } = createBench(10, 10)
    expect(use('alice', 'a')).to.equal('used')
    expect(use('alice', 'a')).to.equal('invalid_dpop_proof')
    expect(use('alice', 'a', 'another key')).to.equal('used')
    expect(use('bob', 'a')).to.equal('used')
  })

  it('refuses a caller whose share is used up, and no other, and forgets nothing for it', () => {
    const { use } = createBench(10, 3)
    for (const jti of ['a', 'b', 'c']) expect(use('alice', jti)).to.equal('used')
    expect(use('alice', 'd', 'another key')).to.equal('proof_not_recorded')
    expect(use('bob', 'd')).to.equal('used')
    expect(use('alice', 'a')).to.equal('invalid_dpop_proof')
  })

  it('refuses everything new when it is full, and still knows what was used', () => {
    const { use, store } = createBench(3, 2)
    for (const [owner, jti] of [
      ['alice', 'a'],
      ['alice', 'b'],
      ['bob', 'c'],
    ] as const) {
      use(owner, jti)
    }
    expect(use('carol', 'd')).to.equal('proof_not_recorded')
    expect(use('bob', 'c')).to.equal('invalid_dpop_proof')
    expect(store.size).to.equal(3)
  })

  it('has room again when proofs have run out, and says when', () => {
    const bench = createBench(2, 2)
    bench.use('alice', 'a')
    bench.now += 30.5
    bench.use('alice', 'b')
    const full = () => {
      bench.store.use({ owner: 'alice', thumbprint: 'key', jti: 'c', until: bench.now + 65 })
    }
    expect(full).to.throw(AuthError).with.property('retryAfterSeconds', 36)
    bench.now = 1065.9
    expect(bench.use('alice', 'c')).to.equal('proof_not_recorded')
    bench.now = 1066
    expect(bench.use('alice', 'c')).to.equal('used')
    bench.now += 3600
    expect(bench.use('alice', 'd')).to.equal('used')
    expect(bench.store.size).to.equal(1)
  })

  it('forgets of a caller what has run out, and keeps what has not', () => {
    const bench = createBench(10, 2)
    bench.use('alice', 'a')
    bench.now += 30
    bench.use('alice', 'b')
    bench.now = 1066
    expect(bench.use('alice', 'b')).to.equal('invalid_dpop_proof')
    expect(bench.use('alice', 'c')).to.equal('used')
    expect(bench.use('alice', 'd')).to.equal('proof_not_recorded')
    expect(bench.store.size).to.equal(2)
  })

  it('says whether the share of the caller is full or the memory of all', () => {
    const detailOf = (store: ReplayStore) => {
      const use = (jti: string) => {
        store.use({ owner: 'alice', thumbprint: 'key', jti, until: 1 })
      }
      use('a')
      return expect(() => {
        use('b')
      })
        .to.throw(AuthError)
        .with.property('detail')
    }
    const storeOf = (maxEntries: number, maxEntriesPerOwner: number) =>
      new ReplayStore(() => 0, { maxEntries, maxEntriesPerOwner })
    detailOf(storeOf(2, 1)).that.equals('the share of this caller of used proofs is full')
    detailOf(storeOf(1, 2)).that.equals('the memory of used proofs is full')
  })

  it('remembers 100 000 proofs of a caller where nothing else is set', () => {
    const store = new ReplayStore(() => 0)
    const use = (jti: number) =>
      codeOf(() => {
        store.use({ owner: 'alice', thumbprint: 'key', jti: String(jti), until: 60 })
      })
    for (let jti = 0; jti < 100_000; jti++) use(jti)
    expect(store.size).to.equal(100_000)
    expect(use(100_000)).to.equal('proof_not_recorded')
  })
})
