import { expect } from 'chai'
import { createValidator } from '../src/schema/validator.ts'

describe('validators of schemas that are alike', () => {
  const schema = (text: object) => ({ type: 'object', properties: { text: { type: 'string', ...text } } })

  it('tell the same faults, each for its own value', () => {
    const one = createValidator(schema({ description: 'one' }), true)
    const other = createValidator(schema({ description: 'other', title: 'Other' }), true)
    const wrong = one({ text: 1 })
    expect(other({ text: 'fine' })).to.deep.include({ ok: true })
    expect(wrong).to.deep.equal({ ok: false, faults: [{ pointer: '/text', message: 'must be string' }] })
  })

  it('are not shared by schemas that mean something else', () => {
    const filled = createValidator(schema({ default: 'a' }), true)
    const otherwise = createValidator(schema({ default: 'b' }), true)
    const unfilled = createValidator(schema({ default: 'a' }), false)
    expect(filled({})).to.deep.equal({ ok: true, value: { text: 'a' } })
    expect(otherwise({})).to.deep.equal({ ok: true, value: { text: 'b' } })
    expect(unfilled({})).to.deep.equal({ ok: true, value: {} })
  })

  it('leave properties with the names of annotations alone', () => {
    const validate = createValidator(
      { type: 'object', properties: { title: { type: 'integer' }, description: false } },
      true,
    )
    expect(validate({ title: 'x' }).ok).to.equal(false)
    expect(validate({ description: 1 }).ok).to.equal(false)
    expect(validate({ title: 1 }).ok).to.equal(true)
  })
})
