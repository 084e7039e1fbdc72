/** Who says so, and when. */
export interface LimitSource {
  readonly source: string
  /** The day of the report, or on which the manual was read, YYYY-MM-DD. */
  readonly saidOn: string
}

/** What one client can take. What no source documents is left out, and is unknown. */
export interface ClientLimits {
  /** Of the name under which the client hands a tool to its model. */
  readonly toolName?: LimitSource & {
    readonly most: number
    /** What the client makes of the names of server and tool. */
    readonly frame: (server: string, tool: string) => string
    /** What a tool name of this protocol may hold and this client refuses. */
    readonly refuses?: RegExp
    /** What becomes of such a tool, ending a sentence. */
    readonly otherwise: string
  }
  /** Of tools at a time, those of other servers included. */
  readonly toolCount?: LimitSource & {
    readonly most: number
    readonly otherwise: string
  }
  /** It does not ask for more after a denial: its scopes are those of its first sign-in. */
  readonly withoutStepUp?: LimitSource & {
    /** It asks for everything that the host advertises, so that there is nothing to step up to. */
    readonly asksForAll: boolean
  }
}

/** The documented limits by the id of the client's line. They are of the versions of that day; newer ones may be wider. */
export const clientLimits: Readonly<Record<string, ClientLimits>> = Object.freeze({
  claude: {
    toolName: {
      most: 64,
      frame: (_server, tool) => tool,
      refuses: /[^A-Za-z0-9_-]/,
      otherwise: 'the whole list is refused',
      source: 'https://git.drupalcode.org/project/mcp_server/-/work_items/3585896',
      saidOn: '2026-06-06',
    },
  },
  'claude-code': {
    toolName: {
      // Later versions are reported to take 128: of two readings the strict one.
      most: 64,
      frame: (server, tool) => `mcp__${server}__${tool}`,
      otherwise: 'versions of early 2026 break off the session',
      source: 'https://github.com/anthropics/claude-code/issues/21050',
      saidOn: '2026-01-26',
    },
  },
  vscode: {
    toolCount: {
      most: 128,
      otherwise: 'requests fail until tools are deselected',
      source: 'https://github.com/microsoft/vscode/issues/337428',
      saidOn: '2026-09-23',
    },
  },
  cursor: {
    toolName: {
      most: 60,
      frame: (server, tool) => `${server}:${tool}`,
      otherwise: 'the tool is left out',
      source: 'https://github.com/ComposioHQ/composio/issues/2788',
      saidOn: '2026-02-27',
    },
    toolCount: {
      most: 80,
      otherwise: 'it warns, and may leave tools out',
      source: 'https://github.com/Snowflake-Labs/mcp/issues/77',
      saidOn: '2025-09-02',
    },
  },
  codex: {
    withoutStepUp: {
      asksForAll: false,
      source: 'https://developers.openai.com/docs/extend/mcp',
      saidOn: '2026-11-23',
    },
  },
  goose: {
    toolCount: {
      most: 24,
      otherwise: 'its manual advises fewer than 25, of all extensions together',
      source: 'https://block.github.io/goose/docs/guides/managing-tools/tool-permissions',
      saidOn: '2026-11-26',
    },
  },
  inspector: {
    withoutStepUp: {
      asksForAll: true,
      source: 'https://github.com/modelcontextprotocol/inspector/blob/main/docs/mcp-server-configuration.md',
      saidOn: '2026-11-23',
    },
  },
} satisfies Record<string, ClientLimits>)
