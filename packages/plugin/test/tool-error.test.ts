import { expect } from 'chai'
import { ToolError } from '../src/index.ts'

describe('ToolError', () => {
  it('is an Error by the name ToolError, with its message and cause', () => {
    const cause = new Error('ENOENT')
    const error = new ToolError('There is no such file.', { cause })
    expect(error).to.be.instanceOf(Error)
    expect(error).to.include({ name: 'ToolError', message: 'There is no such file.', cause })
  })
})
