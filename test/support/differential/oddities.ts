import type { Random } from '../hostile/random.ts'

/** A request that is being made. */
export interface Draft {
  readonly random: Random
  readonly modern: boolean
  authorized: boolean
  readonly headers: Record<string, string | readonly string[] | undefined>
  readonly message: Record<string, unknown>
  /** What is sent in the place of the message. */
  body: string | undefined
}

const base64 = (text: string): string => `=?base64?${Buffer.from(text).toString('base64')}?=`
const paramsOf = ({ message }: Draft): Record<string, unknown> => {
  message['params'] ??= {}
  return message['params'] as Record<string, unknown>
}
const metaOf = (made: Draft): Record<string, unknown> => {
  const params = paramsOf(made)
  params['_meta'] ??= {}
  return params['_meta'] as Record<string, unknown>
}
const argumentsOf = (made: Draft): Record<string, unknown> | undefined =>
  paramsOf(made)['arguments'] as Record<string, unknown> | undefined
const rewrite = (
  made: Draft,
  name: string,
  change: (value: string) => string | readonly string[] | undefined,
): void => {
  const value = made.headers[name]
  if (typeof value === 'string') made.headers[name] = change(value)
}

/** What may be odd about a request, by name. Each changes what it finds, and nothing if it finds nothing to change. */
export const oddities: Readonly<Record<string, (made: Draft) => void>> = {
  nothing: () => undefined,
  // Headers
  'no token': (made) => {
    made.authorized = false
  },
  'no version header': ({ headers }) => {
    headers['mcp-protocol-version'] = undefined
  },
  'the other family by header': ({ headers, modern }) => {
    headers['mcp-protocol-version'] = modern ? '2025-11-25' : '2026-07-28'
  },
  'an old unknown version by header': ({ headers }) => {
    headers['mcp-protocol-version'] = '2025-01-01'
  },
  'a new unknown version by header': ({ headers, random }) => {
    headers['mcp-protocol-version'] = random.of(['2027-01-01', 'latest'])
  },
  'no method header': ({ headers }) => {
    headers['mcp-method'] = undefined
  },
  'another method header': ({ headers }) => {
    headers['mcp-method'] = 'resources/list'
  },
  'no name header': ({ headers }) => {
    headers['mcp-name'] = undefined
  },
  'another name header': ({ headers }) => {
    headers['mcp-name'] = 'diff_other'
  },
  'an encoded name header': (made) => {
    rewrite(made, 'mcp-name', base64)
  },
  'a badly encoded name header': (made) => {
    rewrite(made, 'mcp-name', (value) => `=?base64?${value}*?=`)
  },
  'a name header twice': (made) => {
    rewrite(made, 'mcp-name', (value) => [value, value])
  },
  'spaces around headers': (made) => {
    for (const name of ['mcp-name', 'mcp-method', 'mcp-param-region']) rewrite(made, name, (value) => `  ${value}\t`)
  },
  'no parameter header': ({ headers }) => {
    headers['mcp-param-region'] = undefined
  },
  'another parameter header': (made) => {
    rewrite(made, 'mcp-param-region', (value) => `${value}x`)
  },
  'an encoded parameter header': (made) => {
    rewrite(made, 'mcp-param-region', base64)
  },
  'a badly encoded parameter header': (made) => {
    rewrite(made, 'mcp-param-region', () => '=?base64?a?=')
  },
  'a parameter header with a fraction': (made) => {
    rewrite(made, 'mcp-param-count', (value) => `${value}.0`)
  },
  'a parameter header with another number': (made) => {
    rewrite(made, 'mcp-param-count', (value) => `${value}1`)
  },
  'a parameter header in capitals': (made) => {
    rewrite(made, 'mcp-param-exact', (value) => value.toUpperCase())
  },
  'a parameter header without its argument': (made) => {
    if (made.headers['mcp-param-region'] !== undefined) delete argumentsOf(made)?.['region']
  },
  'a parameter that is null, without header': (made) => {
    const args = argumentsOf(made)
    if (args?.['region'] === undefined) return
    delete args['region']
    made.headers['mcp-param-region'] = undefined
  },
  'accepts JSON alone': ({ headers }) => {
    headers['accept'] = 'application/json'
  },
  'another content type': ({ headers }) => {
    headers['content-type'] = 'text/plain'
  },
  'a content type with charset': ({ headers }) => {
    headers['content-type'] = 'application/json; charset=utf-8'
  },
  // The message
  'no JSON': (made) => {
    made.body = '{"jsonrpc":"2.0",'
  },
  'no object': (made) => {
    made.body = made.random.of(['7', 'null', '"tools/list"', 'true'])
  },
  'a batch of one': (made) => {
    made.body = JSON.stringify([made.message])
  },
  'a batch of the revision that has them': (made) => {
    if (!made.modern) made.headers['mcp-protocol-version'] = '2025-03-26'
    made.body = JSON.stringify([made.message])
  },
  'an empty batch': (made) => {
    made.body = '[]'
  },
  'another jsonrpc': ({ message }) => {
    message['jsonrpc'] = '1.0'
  },
  'an id of null': ({ message }) => {
    if ('id' in message) message['id'] = null
  },
  'an id with a fraction': ({ message }) => {
    if ('id' in message) message['id'] = 1.5
  },
  'a member that nobody knows': ({ message }) => {
    message['extra'] = 1
  },
  'a method that is no text': ({ message }) => {
    message['method'] = 7
  },
  'params that are a list': ({ message }) => {
    message['params'] = []
  },
  'no params': ({ message }) => {
    delete message['params']
  },
  'further params': (made) => {
    paramsOf(made)['invented'] = { by: 'the client' }
  },
  'a cursor of nobody': (made) => {
    paramsOf(made)['cursor'] = 'MTIzNA'
  },
  'a cursor that is no text': (made) => {
    paramsOf(made)['cursor'] = 7
  },
  'a name that is no text': (made) => {
    if ('name' in paramsOf(made)) paramsOf(made)['name'] = 7
  },
  'no arguments': (made) => {
    delete paramsOf(made)['arguments']
  },
  'arguments that are a list': (made) => {
    if ('arguments' in paramsOf(made)) paramsOf(made)['arguments'] = [1]
  },
  'arguments of other types': (made) => {
    const args = argumentsOf(made)
    for (const name of Object.keys(args ?? {})) if (args !== undefined && name !== 'nested') args[name] = [null]
  },
  'further arguments': (made) => {
    const args = argumentsOf(made)
    if (args !== undefined) args['invented'] = 1
  },
  // _meta
  'a progress token': (made) => {
    metaOf(made)['progressToken'] = made.random.of(['p', 7, ''])
  },
  'a progress token of another type': (made) => {
    metaOf(made)['progressToken'] = made.random.of([null, {}, 1.5])
  },
  'further meta data': (made) => {
    metaOf(made)['com.example/trace'] = { id: made.random.below(1_000), flags: [null, 1e300] }
  },
  'meta data that is no object': (made) => {
    paramsOf(made)['_meta'] = made.random.of<unknown>([7, 'x', []])
  },
  'meta data that is null': (made) => {
    paramsOf(made)['_meta'] = null
  },
  'no version in the meta data': (made) => {
    delete metaOf(made)['io.modelcontextprotocol/protocolVersion']
  },
  'an unknown version in the meta data': (made) => {
    metaOf(made)['io.modelcontextprotocol/protocolVersion'] = '2027-01-01'
    made.headers['mcp-protocol-version'] = '2027-01-01'
  },
  'no capabilities in the meta data': (made) => {
    delete metaOf(made)['io.modelcontextprotocol/clientCapabilities']
  },
  'capabilities of another type': (made) => {
    if (made.modern) metaOf(made)['io.modelcontextprotocol/clientCapabilities'] = 7
  },
  'no client in the meta data': (made) => {
    delete metaOf(made)['io.modelcontextprotocol/clientInfo']
  },
  'a log level that nobody knows': (made) => {
    if (made.modern) metaOf(made)['io.modelcontextprotocol/logLevel'] = 'loud'
  },
}
