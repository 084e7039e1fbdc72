import { expect } from 'chai'
import * as api from '../src/index.ts'

describe('@toolgate/plugin', () => {
  it('exports these names and no others', () => {
    expect(Object.keys(api).sort()).to.deep.equal([
      'ToolError',
      'definePlugin',
      'definePrompt',
      'defineResource',
      'defineResourceTemplate',
      'defineTool',
      'testContext',
    ])
  })
})
