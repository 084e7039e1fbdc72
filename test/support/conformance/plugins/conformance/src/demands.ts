/**
 * What the suite's proposed scenario of scope challenges demands, two scopes for each thing that it reaches: they have to stand
 * in one challenge. https://github.com/modelcontextprotocol/conformance/issues/480
 */
export const demands = {
  tool: ['mcp:conformance:tools:call', 'mcp:conformance:tools:test_simple_text'],
  staticResource: ['mcp:conformance:resources:read', 'mcp:conformance:resources:static'],
  /** What the template demands for every id, and for the one that the scenario reads. */
  template: ['mcp:conformance:resources:read'],
  templateOf123: ['mcp:conformance:resources:template:123'],
  prompt: ['mcp:conformance:prompts:get', 'mcp:conformance:prompts:test_simple_prompt'],
} as const

/** What everything else of the plugin demands, by its kind. */
export const callScopes = ['mcp:conformance:tools:call'] as const
export const readScopes = ['mcp:conformance:resources:read'] as const
export const getScopes = ['mcp:conformance:prompts:get'] as const
