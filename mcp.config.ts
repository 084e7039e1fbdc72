import { defineConfig, env } from '@toolgate/config'

export default defineConfig({
  name: 'toolgate',
  title: 'Toolgate',
  instructions: 'Tools of one host. A denied call names the scopes that it needs.',

  // The embedded authorization server. With your own: authorizationServers: [{ issuer: 'https://auth.example.com' }]
  authority: {},

  scopes: {
    'hello:read': { description: 'Be greeted' },
    'notes:read': { description: 'List, read and search your notes' },
    'notes:write': { description: 'Create and delete your notes', implies: ['notes:read'] },
    'notes:private': { description: 'Read and delete your private notes, beside notes:read and notes:write' },
    'files:read': { description: 'List, read and search the files of the host' },
    'files:write': { description: 'Write new files', implies: ['files:read'] },
    'files:overwrite': { description: 'Replace files that exist', implies: ['files:write'] },
    'http:fetch': { description: 'Fetch pages of the hosts that the operator allows' },
    'web:search': { description: 'Search the web' },
  },

  plugins: {
    folder: './plugins',
    settings: {
      'http-fetch': { allowedHosts: ['example.com', 'www.example.com'] },
      'web-search': { apiKey: env('TAVILY_API_KEY', { optional: true }) },
    },
  },

  // What writes is listed to everybody, with its scopes, so that a client can ask for them when it first needs them.
  tools: {
    notes_create: { visibility: 'listed' },
    notes_delete: { visibility: 'listed' },
    files_write: { visibility: 'listed' },
  },
})
