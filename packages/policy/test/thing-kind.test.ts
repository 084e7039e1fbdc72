import { thingKey } from '@toolgate/policy'
import { expect } from 'chai'

describe('thingKey', () => {
  it('is the name of a tool, and says of any other thing what it is', () => {
    expect(thingKey('tool', 'notes_list')).to.equal('notes_list')
    expect(thingKey('resource', 'notes://all')).to.equal('resource notes://all')
    expect(thingKey('template', 'notes://note/{id}')).to.equal('template notes://note/{id}')
    expect(thingKey('prompt', 'notes_summarize')).to.equal('prompt notes_summarize')
  })
})
