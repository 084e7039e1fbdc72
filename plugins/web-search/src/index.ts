import { definePlugin } from '@toolgate/plugin'
import { searchTool } from './search.ts'
import { createSearchClient } from './search-client.ts'

const notConfigured = 'Set apiKey, for example to env("TAVILY_API_KEY"), to a key of the search service.'

export default definePlugin({
  name: 'web-search',
  description: 'Web search by the Tavily API.',
  settings: {
    type: 'object',
    properties: {
      apiKey: { type: 'string', description: 'Key of the search service: give it by env(...)', default: '' },
      baseUrl: {
        type: 'string',
        description: 'Where the service is; https:, or http: on loopback',
        minLength: 1,
        default: 'https://api.tavily.com',
      },
      searchDepth: {
        type: 'string',
        description: '"advanced" costs two credits a search, "basic" one',
        enum: ['basic', 'advanced'],
        default: 'basic',
      },
      timeoutMs: {
        type: 'integer',
        description: 'Milliseconds for one search',
        minimum: 100,
        maximum: 300_000,
        default: 15_000,
      },
    },
    additionalProperties: false,
  },
  setup({ settings }) {
    const tools = [searchTool(createSearchClient(settings), { timeoutMs: settings.timeoutMs })]
    return settings.apiKey === '' ? { tools, notConfigured } : { tools }
  },
})
