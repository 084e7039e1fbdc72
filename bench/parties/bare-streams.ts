import { createServer, type ServerResponse } from 'node:http'
import { announce, partySettings } from './announce.ts'

// The least that a server of idle streams can do: whoever asks gets the head and one event, and the response is kept.
const open = new Set<ServerResponse>()
const event = {
  jsonrpc: '2.0',
  method: 'notifications/subscriptions/acknowledged',
  params: { notifications: { toolsListChanged: true } },
}

const server = createServer((request, response) => {
  open.add(response)
  response.on('close', () => open.delete(response))
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write(`event: message\ndata: ${JSON.stringify(event)}\n\n`)
  })
})
server.listen(Number(new URL(partySettings().resource).port), '127.0.0.1', () => {
  announce(() => {
    for (const response of open) response.destroy()
    server.close()
  })
})
