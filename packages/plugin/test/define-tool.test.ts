import { expect } from 'chai'
import { defineTool, testContext, type Tool } from '../src/index.ts'

const context = testContext()

describe('defineTool', () => {
  const repeat = defineTool({
    name: 'text_repeat',
    description: 'Repeats a text.',
    scopes: ['text:read'],
    inputSchema: {
      type: 'object',
      properties: {
        text: { type: 'string' },
        times: { type: 'integer', default: 2 },
        style: { type: 'string', enum: ['plain', 'loud'] },
      },
      required: ['text'],
      additionalProperties: false,
    },
    handler({ text, times, style }) {
      // Assigned to types, so that the check of types fails if the inference does.
      const shown: string = text
      const count: number = times
      const how: 'plain' | 'loud' | undefined = style
      return (how === 'loud' ? shown.toUpperCase() : shown).repeat(count)
    },
  })

  it('returns the definition itself, frozen', () => {
    const definition = { name: 'a', description: 'b', scopes: 'authenticated' as const, handler: () => 'c' }
    expect(defineTool(definition)).to.equal(definition).and.to.be.frozen
  })

  it('infers the arguments: required, defaulted and optional ones', async () => {
    expect(await repeat.handler({ text: 'a', times: 3 }, context)).to.equal('aaa')
    expect(await repeat.handler({ text: 'a', times: 1, style: 'loud' }, context)).to.equal('A')
  })

  it('refuses wrong arguments and definitions when types are checked', () => {
    const wrong = [
      // @ts-expect-error times is a number
      () => repeat.handler({ text: 'a', times: '3' }, context),
      // @ts-expect-error text is required
      () => repeat.handler({ times: 3 }, context),
      // @ts-expect-error a tool says which scopes it needs
      () => defineTool({ name: 'a', description: 'b', handler: () => 'c' }),
    ]
    expect(wrong).to.have.length(3)
  })

  it('infers the arguments of authorize as those of the handler', async () => {
    const demanded: string[] = []
    const read = defineTool({
      name: 'text_read',
      description: 'Reads a text.',
      scopes: ['text:read'],
      mayRequire: ['text:private'],
      inputSchema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
      async authorize({ id }, { requireScopes }) {
        const name: string = id
        if (await Promise.resolve(name.startsWith('private'))) requireScopes('text:private')
      },
      handler: ({ id }) => id,
    })
    const requireScopes = (...scopes: readonly string[]) => void demanded.push(...scopes)
    await read.authorize?.({ id: 'private/a' }, { ...context, requireScopes })
    expect(demanded).to.deep.equal(['text:private'])
    const wrong = [
      // @ts-expect-error authorize allows nothing, so it returns nothing
      () => defineTool({ ...read, authorize: () => true }),
      // @ts-expect-error a scope is a text
      () => read.authorize?.({ id: 'a' }, { ...context, requireScopes: (scope: number) => scope }),
    ]
    expect(wrong).to.have.length(2)
  })

  it('gives a tool that any list of tools takes', () => {
    const tools: readonly Tool[] = [repeat, defineTool({ ...repeat, name: 'other' })]
    expect(tools.map(({ name }) => name)).to.deep.equal(['text_repeat', 'other'])
  })

  it('takes a tool without arguments', async () => {
    const now = defineTool({
      name: 'clock_now',
      description: 'The time.',
      scopes: 'authenticated',
      handler: () => '12:00',
    })
    expect(await now.handler({}, context)).to.equal('12:00')
  })
})
