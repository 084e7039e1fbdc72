import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect } from 'chai'
import { atTurnEnd } from '../src/mcp/turn-end.ts'

describe('the end of a turn', () => {
  it('writes what came up in one turn together, in its order, and not before', async () => {
    const written: string[] = []
    for (const name of ['first', 'second']) {
      atTurnEnd(() => written.push(name))
      await Promise.resolve()
    }
    expect(written).to.deep.equal([])
    await nextTurn()
    expect(written).to.deep.equal(['first', 'second'])
  })

  it('leaves what comes up meanwhile to the next one', async () => {
    const written: string[] = []
    atTurnEnd(() => {
      written.push('first')
      atTurnEnd(() => written.push('second'))
    })
    await nextTurn()
    expect(written).to.deep.equal(['first'])
    await nextTurn()
    expect(written).to.deep.equal(['first', 'second'])
  })
})
