import { expect } from 'chai'
import { createScopeGraph } from '../src/scope-graph.ts'

describe('what a list of scopes stands for', () => {
  const graph = createScopeGraph({ write: ['read'] })

  it('is worked out once for a list that cannot change', () => {
    const held = Object.freeze(['write'])
    expect([...graph.expand(held)]).to.deep.equal(['write', 'read'])
    expect(graph.expand(held)).to.equal(graph.expand(held))
  })

  it('follows a list that changes', () => {
    const held = ['write']
    expect([...graph.expand(held)]).to.deep.equal(['write', 'read'])
    held[0] = 'other'
    expect([...graph.expand(held)]).to.deep.equal(['other'])
  })

  it('is not that of an equal list of another graph', () => {
    const held = Object.freeze(['write'])
    graph.expand(held)
    expect([...createScopeGraph({}).expand(held)]).to.deep.equal(['write'])
  })
})
