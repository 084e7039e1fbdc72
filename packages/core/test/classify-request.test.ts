import { classifyInboundRequest } from '@modelcontextprotocol/server'
import { expect } from 'chai'
import { classifyRequest } from '../src/mcp/classify-request.ts'
import type { MirroredHeaders } from '../src/mcp/header-checks.ts'

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
}
const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'a', arguments: {}, _meta: meta } }
const old = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'a' } }
const modernHeaders: MirroredHeaders = { protocolVersion: '2026-07-28', method: 'tools/call', name: 'a' }
const oldHeaders: MirroredHeaders = { protocolVersion: '2025-11-25', method: undefined, name: undefined }

function bySdk(body: unknown, { protocolVersion, method, name }: MirroredHeaders): unknown {
  return classifyInboundRequest({
    httpMethod: 'POST',
    body,
    ...(protocolVersion === undefined ? {} : { protocolVersionHeader: protocolVersion }),
    ...(method === undefined ? {} : { mcpMethodHeader: method }),
    ...(name === undefined ? {} : { mcpNameHeader: name }),
  })
}

const withMeta = (more: object): unknown => ({ ...call, params: { ...call.params, _meta: { ...meta, ...more } } })

describe('the verdict about a request that is like one before it', () => {
  before(() => {
    // What is remembered from now on.
    classifyRequest(call, modernHeaders)
    classifyRequest(old, oldHeaders)
    classifyRequest({ ...old, method: 'tools/list', params: {} }, oldHeaders)
    classifyRequest(withMeta({ 'com.example/a': { b: 'x' } }), modernHeaders)
  })

  for (const [name, body, headers] of [
    ['the same', call, modernHeaders],
    [
      'another id and other arguments',
      { ...call, id: 'b', params: { ...call.params, arguments: { c: 1 } } },
      modernHeaders,
    ],
    ['an id of null', { ...call, id: null }, modernHeaders],
    ['an id with a fraction', { ...call, id: 1.5 }, modernHeaders],
    ['no id', { jsonrpc: '2.0', method: 'tools/call', params: call.params }, modernHeaders],
    ['another jsonrpc', { ...call, jsonrpc: '1.0' }, modernHeaders],
    ['a further member', { ...call, extra: 1 }, modernHeaders],
    ['a result beside the method', { ...call, result: {} }, modernHeaders],
    ['a header of another method', call, { ...modernHeaders, method: 'tools/list' }],
    ['a header of another version', call, { ...modernHeaders, protocolVersion: '2025-11-25' }],
    ['no header of the version', call, { ...modernHeaders, protocolVersion: undefined }],
    ['no capabilities', { ...call, params: { _meta: { [Object.keys(meta)[0] ?? '']: '2026-07-28' } } }, modernHeaders],
    ['a progress token that is none', withMeta({ progressToken: {} }), modernHeaders],
    ['a progress token too large for a number', withMeta({ progressToken: Infinity }), modernHeaders],
    ['a further member of the meta data with another value', withMeta({ 'com.example/a': { b: 'y' } }), modernHeaders],
    ['a further member that is a list', withMeta({ 'com.example/a': ['x'] }), modernHeaders],
    ['a further member with one more inside', withMeta({ 'com.example/a': { b: 'x', c: 1 } }), modernHeaders],
    [
      'the meta data in another order',
      { ...call, params: { ...call.params, _meta: Object.fromEntries(Object.entries(meta).reverse()) } },
      modernHeaders,
    ],
    ['null in the meta data', withMeta({ progressToken: null }), modernHeaders],
    ['the earlier family', old, oldHeaders],
    ['the earlier family with a modern header', old, modernHeaders],
    ['meta data of null', { ...old, params: { name: 'a', _meta: null } }, oldHeaders],
    ['meta data that is a list', { ...old, params: { name: 'a', _meta: [] } }, oldHeaders],
    ['meta data that is an empty text', { ...old, params: { name: 'a', _meta: '' } }, oldHeaders],
    ['params that are a list', { ...old, params: [] }, oldHeaders],
    ['no params', { jsonrpc: '2.0', id: 1, method: 'tools/list' }, oldHeaders],
    ['another method', { ...old, method: 'initialize' }, oldHeaders],
    ['a list of messages', [old], oldHeaders],
  ] as const) {
    it(`is the SDK's for ${name}`, () => {
      expect(classifyRequest(body, headers)).to.deep.equal(bySdk(body, headers))
      expect(classifyRequest(body, headers), 'asked again').to.deep.equal(bySdk(body, headers))
    })
  }

  it('is no other for what becomes of the meta data of the request before', () => {
    const before = structuredClone(withMeta({ 'com.example/changed': 1 })) as typeof call
    expect(classifyRequest(before, modernHeaders)).to.have.property('kind', 'modern')
    Reflect.deleteProperty(before.params._meta, 'io.modelcontextprotocol/clientCapabilities')
    expect(classifyRequest(before, modernHeaders)).to.deep.equal(bySdk(before, modernHeaders))
    expect(bySdk(before, modernHeaders)).to.have.property('kind', 'reject')
  })
})
