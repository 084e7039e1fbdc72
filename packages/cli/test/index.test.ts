import { expect } from 'chai'
import * as api from '../src/index.ts'

describe('@toolgate/cli', () => {
  it('exports what it promises', () => {
    expect(Object.keys(api)).to.deep.equal(['runCli'])
  })
})
