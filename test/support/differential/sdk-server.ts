import { toNodeHandler, type NodeIncomingMessageLike } from '@modelcontextprotocol/node'
import {
  createMcpHandler,
  fromJsonSchema,
  McpServer,
  type CallToolResult,
  type Implementation,
} from '@modelcontextprotocol/server'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sharedTools } from './tools.ts'

/** The SDK's own handler of both families, with the tools that the caller of the comparison may call. */
export interface SdkServer {
  readonly url: string
  close(): Promise<void>
}

/** Starts an {@link SdkServer} that says of itself what the host says. */
export async function startSdkServer(serverInfo: Implementation): Promise<SdkServer> {
  const tools = sharedTools.map(({ inputSchema, outputSchema, ...tool }) => ({
    ...tool,
    input: fromJsonSchema<Readonly<Record<string, unknown>>>(inputSchema),
    output: outputSchema === undefined ? {} : { outputSchema: fromJsonSchema(outputSchema) },
  }))
  const handler = createMcpHandler(() => {
    const cacheHints = { 'tools/list': { ttlMs: 60_000, cacheScope: 'private' as const } }
    const server = new McpServer(serverInfo, { cacheHints })
    for (const { name, description, input, output, run } of tools) {
      const annotations = { readOnlyHint: true }
      server.registerTool(
        name,
        { description, inputSchema: input, ...output, annotations },
        async (args, { mcpReq }) => {
          const progressToken = mcpReq._meta?.progressToken
          return (await run(args, async (progress) => {
            if (progressToken === undefined) return
            await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress } })
          })) as CallToolResult
        },
      )
    }
    return server
  })
  const node = toNodeHandler(handler)
  const server = createServer((request, response) => void node(request as NodeIncomingMessageLike, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${String(port)}/mcp`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await handler.close()
    },
  }
}
