import { expect } from 'chai'
import { testContext } from '@toolgate/plugin'
import plugin from '../src/index.ts'
import { greet } from '../src/greet.ts'

// What the host hands to a handler on each call.
const context = testContext()

describe('hello_greet', () => {
  it('greets by name', async () => {
    expect(await greet.handler({ name: 'Ada' }, context)).to.equal('Hello, Ada!')
  })

  it('asks for the scope hello:read', () => {
    expect(greet.scopes).to.deep.equal(['hello:read'])
  })

  it('is the one tool of the plugin', () => {
    expect(plugin.tools).to.deep.equal([greet])
  })
})
