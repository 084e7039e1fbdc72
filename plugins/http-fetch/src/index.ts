import { definePlugin } from '@toolgate/plugin'
import { fetchTool } from './fetch.ts'
import { parseHostRules } from './host-rules.ts'
import { lookUpHost } from './resolve-addresses.ts'

export default definePlugin({
  name: 'http-fetch',
  description: 'GET of allowed hosts, HTML turned into text.',
  settings: {
    type: 'object',
    properties: {
      allowedHosts: {
        type: 'array',
        description: 'Host names: exact, or "*.example.com" for everything below example.com',
        items: { type: 'string', minLength: 1, maxLength: 255 },
        uniqueItems: true,
        maxItems: 1_000,
        default: [],
      },
      allowHttp: { type: 'boolean', description: 'Allow http: beside https:', default: false },
      ports: {
        type: 'array',
        description: 'Ports that a URL may name or imply',
        items: { type: 'integer', minimum: 1, maximum: 65_535 },
        minItems: 1,
        default: [80, 443],
      },
      maxBytes: {
        type: 'integer',
        description: 'Most bytes read of a body, as they travel and once decompressed',
        minimum: 1_024,
        maximum: 16_777_216,
        default: 2_097_152,
      },
      maxRedirects: { type: 'integer', minimum: 0, maximum: 20, default: 5 },
      timeoutMs: {
        type: 'integer',
        description: 'Milliseconds for one call, redirects and all',
        minimum: 100,
        maximum: 300_000,
        default: 15_000,
      },
      dangerouslyAllowPrivateAddresses: {
        type: 'boolean',
        description: 'Connect to private, loopback and link-local addresses too. For tests',
        default: false,
      },
    },
    additionalProperties: false,
  },
  setup({ settings, logger }) {
    const { dangerouslyAllowPrivateAddresses, ...limits } = settings
    const rules = {
      hosts: parseHostRules(settings.allowedHosts),
      allowHttp: settings.allowHttp,
      ports: settings.ports,
      privateAddresses: dangerouslyAllowPrivateAddresses,
    }
    const tools = [fetchTool({ rules, limits, lookUp: lookUpHost })]
    if (dangerouslyAllowPrivateAddresses) logger.warn('http_fetch may connect to private addresses')
    if (settings.allowedHosts.length > 0) return { tools }
    return { tools, notConfigured: 'Set allowedHosts to the host names that http_fetch may ask.' }
  },
})
